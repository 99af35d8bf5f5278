# ecm_module(NAME DEPS a b SOURCES x.cc TESTS x_test.cc LIBS Boost::context TEST_DEPS c)
#
# One module is one static library `ecm_NAME` made of src/NAME. Its headers are reached as
# "NAME/file.h" through a private include root, build/modules/NAME, that only those see who
# name the module in DEPS: an include against the direction of dependencies does not compile.
# TEST_DEPS are modules that only the tests may see (their testing/ folders, both sides of a port).
include(GoogleTest)
if(ECM_TESTS)
  find_package(GTest REQUIRED)
endif()

function(ecm_module name)
  cmake_parse_arguments(M "" "" "DEPS;SOURCES;TESTS;LIBS;TEST_DEPS" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/modules/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${name} ${root}/${name} SYMBOLIC)

  list(TRANSFORM M_DEPS PREPEND ecm_)
  list(TRANSFORM M_TEST_DEPS PREPEND ecm_)
  if(M_SOURCES)
    add_library(ecm_${name} STATIC ${M_SOURCES})
    target_include_directories(ecm_${name} PUBLIC ${root})
    target_link_libraries(ecm_${name} PUBLIC ecm_options ${M_DEPS} ${M_LIBS})
    if(ECM_FUZZ)
      ecm_precompile(ecm_${name})
    endif()
  else()
    add_library(ecm_${name} INTERFACE)
    target_include_directories(ecm_${name} INTERFACE ${root})
    target_link_libraries(ecm_${name} INTERFACE ecm_options ${M_DEPS} ${M_LIBS})
  endif()

  if(ECM_TESTS AND M_TESTS)
    add_executable(ecm_${name}_test ${M_TESTS})
    target_link_libraries(ecm_${name}_test PRIVATE ecm_${name} ${M_TEST_DEPS} GTest::gmock_main)
    if(ECM_FUZZ)
      ecm_precompile(ecm_${name}_test <gmock/gmock.h> <gtest/gtest.h>)
    endif()
    # Tests name files of the project from its root: a path that is compiled in would cost every
    # checkout its ccache.
    gtest_discover_tests(ecm_${name}_test NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 300
                         WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
endfunction()
