#include "lambda/bootstrap.h"

#include <gmock/gmock.h>

#include <map>

#include "lambda/testing/scripted_runtime.h"
#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lambda {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Variables = std::map<std::string, std::string>;

/// Those of a world whose clock stands still.
class WorldPorts : public HandlerPorts {
 public:
  explicit WorldPorts(lifecycle::LifecycleWorld& world) : world_(world) {}
  lifecycle::Ports For(MonoTime /*stop_at*/, Log& /*log*/) override { return world_.ports; }

 private:
  lifecycle::LifecycleWorld& world_;
};

class BootstrapTest : public testing::Test {
 protected:
  int Run(const Variables& variables) {
    const MapEnvironment environment(variables);
    return RunBootstrap({environment, world_.clock, log_, runtime_,
                         [this]() -> Result<std::unique_ptr<HandlerPorts>> {
                           if (!trouble_.empty()) return Fail(ErrorKind::kInvalidJob, trouble_);
                           return std::make_unique<WorldPorts>(world_);
                         }});
  }
  int RunAs(const std::string& handler) {
    return Run({{"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"}, {"_HANDLER", handler}});
  }

  lifecycle::LifecycleWorld world_;
  RecordingLog log_;
  ScriptedRuntime runtime_;
  std::string trouble_;
};

TEST_F(BootstrapTest, EveryHandlerCanBeNamed) {
  ASSERT_THAT(lifecycle::HandlerNames(), Contains("submit"));
  for (const std::string_view name : lifecycle::HandlerNames()) {
    runtime_.Queue("{}");
    EXPECT_EQ(RunAs(std::string(name)), 1);
    ASSERT_THAT(runtime_.posts, SizeIs(1)) << name;
    EXPECT_THAT(runtime_.posts[0].target, HasSubstr("/invocation/r-")) << name;
    runtime_.posts.clear();
  }
}

TEST_F(BootstrapTest, TheNamedHandlerAnswers) {
  runtime_.Queue(ToText(world_.FirstDocument()));
  RunAs("submit");
  ASSERT_THAT(runtime_.posts, SizeIs(1));
  EXPECT_THAT(runtime_.posts[0].target, EndsWith("/r-1/response"));
  EXPECT_THAT(runtime_.posts[0].body, HasSubstr(R"("next":"await")"));
}

TEST_F(BootstrapTest, EachLineOfAJobsInvocationNamesItsExecution) {
  const std::string first = ToText(world_.FirstDocument());
  const std::string execution = StringOr(*Find(world_.FirstDocument(), "execution"), "arn");
  ASSERT_FALSE(execution.empty());
  const std::string field = R"("execution":")" + execution + '"';
  using Events = std::vector<std::pair<std::string, std::string>>;
  for (const auto& [handler, event] :
       Events{{"submit", first},
              {"inspect", R"({"v":7,)" + field + "}"},  // no document: it fails, and names nobody
              {"await", R"({"document":)" + first + R"(,"token":"t"})"},
              {"sweep", R"({"detail":{"executionArn":")" + execution + R"("}})"}}) {
    runtime_.Queue(event);
    const std::size_t before = log_.lines().size();
    RunAs(handler);
    ASSERT_THAT(log_.lines(), SizeIs(before + 2));  // the invocation's, and that the loop ends
    EXPECT_EQ(log_.lines()[before].contains(field), handler != "inspect") << log_.lines()[before];
  }
}

TEST_F(BootstrapTest, AnUnknownHandlerFailsTheStartAndNamesThePossibleOnes) {
  for (const char* name : {"", "Submit", "submit.handler", "\x1b[31m"}) {
    EXPECT_EQ(RunAs(name), 1);
    ASSERT_THAT(runtime_.posts, SizeIs(1));
    EXPECT_THAT(runtime_.posts[0].target, EndsWith("/runtime/init/error"));
    EXPECT_THAT(runtime_.posts[0].body,
                AllOf(HasSubstr("Runtime.NoSuchHandler"), HasSubstr("submit, await, wake")));
    runtime_.posts.clear();
  }
  EXPECT_THAT(runtime_.nexts, IsEmpty());
}

TEST_F(BootstrapTest, AWrongConfigurationFailsTheStart) {
  trouble_ = "ECM_STAGE is not set";
  EXPECT_EQ(RunAs("submit"), 1);
  ASSERT_THAT(runtime_.posts, SizeIs(1));
  EXPECT_THAT(runtime_.posts[0].target, EndsWith("/runtime/init/error"));
  EXPECT_THAT(runtime_.posts[0].body,
              AllOf(HasSubstr("Runtime.ConfigInvalid"), HasSubstr(trouble_)));
  EXPECT_THAT(runtime_.nexts, IsEmpty());
}

TEST_F(BootstrapTest, AStartThatFailsTwiceSaysBoth) {
  runtime_.AnswerPost(500, "container error");
  EXPECT_EQ(RunAs("nobody"), 1);
  EXPECT_THAT(log_.lines(), Contains(HasSubstr("answered 500 to POST init/error")));
  EXPECT_THAT(log_.lines(), Contains(HasSubstr("there is no handler 'nobody'")));
}

TEST_F(BootstrapTest, WithoutARuntimeApiItSaysWhoItIs) {
  EXPECT_EQ(Run({{"_HANDLER", "submit"}}), 1);
  EXPECT_EQ(Run({{"AWS_LAMBDA_RUNTIME_API", "no address"}, {"_HANDLER", "submit"}}), 1);
  EXPECT_THAT(runtime_.posts, IsEmpty());
  ASSERT_THAT(log_.lines(), SizeIs(2));
  EXPECT_THAT(log_.lines()[0], HasSubstr("the bootstrap of an AWS Lambda function"));
  EXPECT_THAT(log_.lines()[1], HasSubstr("'no address', which is no HOST:PORT"));
}

}  // namespace
}  // namespace ecm::lambda
