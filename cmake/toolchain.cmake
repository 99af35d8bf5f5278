# Compiler settings and the third-party libraries that every module may use.

if(ECM_STATIC)
  # With -static the linker takes archives only, and CMake must not find anything else.
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(Boost_USE_STATIC_LIBS ON)
  # What is packaged is the same in every folder: nothing in it names the folder.
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
endif()
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json container context system)
find_package(fmt REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
set(OPENSSL_USE_STATIC_LIBS ${ECM_STATIC})
find_package(OpenSSL 3.0 REQUIRED)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  if(ECM_FUZZ)  # ccache refuses precompiled headers unless it is told not to mind their times
    list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
         CCACHE_SLOPPINESS=pch_defines,time_macros)
  endif()
endif()

add_library(ecm_options INTERFACE)
target_compile_options(ecm_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror
                                             -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns inside its own <regex> and std::expected when it inlines at -O2.
  target_compile_options(ecm_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
target_link_options(ecm_options INTERFACE -Wl,--gc-sections)
if(ECM_SANITIZE)
  target_compile_options(ecm_options INTERFACE -fsanitize=address,undefined
                                               -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ecm_options INTERFACE -fsanitize=address,undefined)
endif()
if(ECM_FUZZ)
  target_compile_options(ecm_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ECM_STATIC)
  target_link_options(ecm_options INTERFACE -static)
endif()
# The compiled library takes half the time that fmt as headers takes a compiler. Debian has it as a
# shared library only, which a static program cannot use.
target_link_libraries(ecm_options INTERFACE Boost::json
                      $<IF:$<BOOL:${ECM_STATIC}>,fmt::fmt-header-only,fmt::fmt>)

# ecm_precompile(TARGET HEADER...): what nearly every file includes is read once. Only for builds
# that must be quick without a cache: other compilers take it for another program.
function(ecm_precompile target)
  target_precompile_headers(${target} PRIVATE <boost/json.hpp> <algorithm> <chrono> <expected>
                            <fmt/format.h> <functional> <map> <memory> <optional> <string>
                            <string_view> <variant> <vector> ${ARGN})
  # libstdc++ 12 silences clang about its own std::stable_sort, but not from a precompiled header.
  target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp
                                           -Wno-deprecated-declarations)
endfunction()
