#include "env/log.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(LogTest, OneLineIsOneJsonDocument) {
  EXPECT_EQ(LogLine(WallTime{Duration{0}}, LogLevel::kWarning, "cluster lost\n",
                    {{"cluster_id", "j-1"}, {"time", "forged"}}),
            R"({"time":"1970-01-01T00:00:00.000Z","level":"WARNING",)"
            R"("message":"cluster lost\n","cluster_id":"j-1"})");
}

}  // namespace
}  // namespace ecm
