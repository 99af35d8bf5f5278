# ecm_embed(FILE SYMBOL OUT): writes the C++ file OUT that defines
# `extern const std::string_view SYMBOL` in namespace ecm with the bytes of FILE.
# Run at build time by `cmake -P`, so that a change of FILE rebuilds OUT.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${INPUT} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(................................................................................)"
                       "\\1\n" bytes "${bytes}")
  file(WRITE ${OUTPUT}
       "#include <string_view>\n\nnamespace ecm {\nnamespace {\nconstexpr unsigned char kBytes[] = "
       "{\n${bytes}\n};\n}  // namespace\nextern const std::string_view ${SYMBOL};\n"
       "const std::string_view ${SYMBOL}(reinterpret_cast<const char*>(kBytes), sizeof kBytes);\n"
       "}  // namespace ecm\n")
else()
  set(ECM_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  function(ecm_embed file symbol out)
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${out} -DSYMBOL=${symbol} -P
              ${ECM_EMBED_SCRIPT}
      DEPENDS ${file} ${ECM_EMBED_SCRIPT}
      VERBATIM)
  endfunction()
endif()
