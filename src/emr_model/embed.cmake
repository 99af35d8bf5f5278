# Writes the bytes of INPUT into the C++ file OUTPUT as `const std::string_view NAMESPACE::NAME`.
# cmake -DINPUT=… -DOUTPUT=… -DNAMESPACE=… -DNAME=… -P embed.cmake
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(................................................................................)"
                     "\\1\n" bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include <string_view>

namespace ${NAMESPACE} {
namespace {
const unsigned char kBytes[] = {
${bytes}
};
}  // namespace

extern const std::string_view ${NAME};
const std::string_view ${NAME}(reinterpret_cast<const char*>(kBytes), sizeof(kBytes));

}  // namespace ${NAMESPACE}
")
