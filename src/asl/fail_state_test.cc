#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

Player Failing(std::string_view fields, std::string_view input = "{}") {
  return Player(R"({"StartAt": "It", "States": {"It": {"Type": "Fail")" +
                    std::string(fields.empty() ? "" : ", ") + std::string(fields) + "}}}",
                input);
}

TEST(FailStateTest, EndsWithItsErrorAndCause) {
  const Player player = Failing(R"("Error": "JobFailed", "Cause": "step 2\\n'failed'")");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "JobFailed");
  EXPECT_EQ(player.cause(), "step 2\\n'failed'");
  EXPECT_EQ(player.Types(), (Names{"ExecutionStarted", "FailStateEntered", "ExecutionFailed"}));
}

TEST(FailStateTest, NeedsNeither) {
  const Player player = Failing("");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "");
  EXPECT_EQ(player.cause(), "");
}

TEST(FailStateTest, SelectsThemFromTheInput) {
  const Player player =
      Failing(R"("ErrorPath": "$.e", "CausePath": "$.c.d")", R"({"e":"E","c":{"d":"D"}})");
  EXPECT_EQ(player.error(), "E");
  EXPECT_EQ(player.cause(), "D");
}

TEST(FailStateTest, RunsAFunctionForTheCause) {
  const Player player =
      Failing(R"j("Error": "E", "CausePath": "States.JsonToString($.o)")j", R"({"o":{"v":1}})");
  EXPECT_EQ(player.cause(), R"({"v":1})");
}

TEST(FailStateTest, ACauseThatIsNoStringIsARuntimeError) {
  EXPECT_EQ(Failing(R"("CausePath": "$.c")", R"({"c":1})").error(), "States.Runtime");
  EXPECT_EQ(Failing(R"("ErrorPath": "$.c")").error(), "States.Runtime");
}

TEST(FailStateTest, CutsALongCause) {
  const Player player = Failing(R"("Error": "E", "CausePath": "$.c")",
                                R"({"c":")" + std::string(40'000, 'x') + R"("})");
  EXPECT_EQ(player.error(), "E");
  EXPECT_EQ(player.cause().size(), 32'768U);
}

}  // namespace
}  // namespace ecm::asl
