#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/supervisor.h"

/// The tests start process trees, so the test program is its own supervisor, as emrctl is.
int main(int argc, char** argv) {
  if (const auto supervised = ecm::local::SupervisorMain(argc, argv)) return *supervised;
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
