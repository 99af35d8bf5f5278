# ecm_embed(FILE NAMESPACE SYMBOL OUT): writes the C++ file OUT that defines
# `extern const std::string_view NAMESPACE::SYMBOL` with the bytes of FILE. Run at build time, so
# that a change of FILE rebuilds OUT.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${INPUT}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(REPEAT "." 80 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  file(WRITE "${OUTPUT}"
       "#include <string_view>\n\nnamespace ${NAMESPACE} {\nnamespace {\n"
       "constexpr unsigned char kBytes[] = {\n${bytes}\n};\n}  // namespace\n"
       "extern const std::string_view ${SYMBOL};\n"
       "const std::string_view ${SYMBOL}(reinterpret_cast<const char*>(kBytes), sizeof(kBytes));\n"
       "}  // namespace ${NAMESPACE}\n")
else()
  set(ECM_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  function(ecm_embed file namespace symbol out)
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${out} -DNAMESPACE=${namespace}
              -DSYMBOL=${symbol} -P ${ECM_EMBED_SCRIPT}
      DEPENDS ${file} ${ECM_EMBED_SCRIPT}
      VERBATIM)
  endfunction()
endif()
