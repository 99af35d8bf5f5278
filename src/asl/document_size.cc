#include "asl/document_size.h"

namespace ecm::asl {
namespace {

/// Takes the text's length from what is left; false once nothing is.
class Meter {
 public:
  explicit Meter(std::size_t limit) : left_(limit) {}

  bool Take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

  bool TakeString(std::string_view text) {
    std::size_t bytes = text.size() + 2;
    for (const char character : text) {
      const auto byte = static_cast<unsigned char>(character);
      if (byte == '"' || byte == '\\' || byte == '\n' || byte == '\r' || byte == '\t' ||
          byte == '\b' || byte == '\f') {
        bytes += 1;
      } else if (byte < 0x20) {
        bytes += 5;
      }
    }
    return Take(bytes);
  }

  bool TakeValue(const Json& value) {
    switch (value.kind()) {
      case boost::json::kind::string:
        return TakeString(value.get_string());
      case boost::json::kind::object:
        return TakeObject(value.get_object());
      case boost::json::kind::array:
        return TakeArray(value.get_array());
      case boost::json::kind::bool_:
        return Take(value.get_bool() ? 4 : 5);
      case boost::json::kind::null:
        return Take(4);
      default:
        return Take(ToText(value).size());
    }
  }

 private:
  bool TakeObject(const JsonObject& object) {
    if (!Take(2 + (object.empty() ? 0 : object.size() - 1))) return false;
    for (const auto& member : object) {
      if (!TakeString(member.key()) || !Take(1) || !TakeValue(member.value())) return false;
    }
    return true;
  }

  bool TakeArray(const JsonArray& array) {
    if (!Take(2 + (array.empty() ? 0 : array.size() - 1))) return false;
    for (const Json& element : array) {
      if (!TakeValue(element)) return false;
    }
    return true;
  }

  std::size_t left_;
};

}  // namespace

bool IsLargerThan(const Json& document, std::size_t limit) {
  return !Meter(limit).TakeValue(document);
}

}  // namespace ecm::asl
