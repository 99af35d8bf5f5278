#include "emr_model/packed_object.h"

#include <limits>

namespace ecm::emr_model {

PackedObject::PackedObject(const JsonObject& object) : text_(ToText(object)) {
  text_.shrink_to_fit();
}

/// The text is our own: nothing of it is refused, neither its depth nor what is no UTF-8.
JsonObject PackedObject::Unpack() const {
  boost::json::parse_options options;
  options.max_depth = std::numeric_limits<std::size_t>::max();
  options.allow_invalid_utf8 = true;
  return std::move(boost::json::parse(text_, {}, options).as_object());
}

void PackedObject::Set(std::string_view key, const Json& value) {
  JsonObject object = Unpack();
  object[key] = value;
  *this = PackedObject(object);
}

}  // namespace ecm::emr_model
