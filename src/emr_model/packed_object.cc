#include "emr_model/packed_object.h"

#include "base/own_json.h"

namespace ecm::emr_model {

PackedObject::PackedObject(const JsonObject& object) : text_(ToText(object)) {
  text_.shrink_to_fit();
}

JsonObject PackedObject::Unpack() const {
  Json object = ReadOwnJson(text_).value();
  return std::move(object.as_object());
}

void PackedObject::Set(std::string_view key, const Json& value) {
  JsonObject object = Unpack();
  object[key] = value;
  *this = PackedObject(object);
}

}  // namespace ecm::emr_model
