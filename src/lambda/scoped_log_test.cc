#include "lambda/scoped_log.h"

#include <gmock/gmock.h>

#include "env/testing/sim_env.h"

namespace ecm::lambda {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ScopedLogTest, AddsItsFieldsToEachLine) {
  RecordingLog recording;
  ScopedLog log(recording, {{"request_id", "r-1"}});

  log.Info("looks", {{"cluster", "j-1"}});

  EXPECT_THAT(recording.lines(),
              ElementsAre(HasSubstr(R"("message":"looks","request_id":"r-1","cluster":"j-1"})")));
}

TEST(ScopedLogTest, NobodySpeaksForAnotherRequest) {
  RecordingLog recording;
  ScopedLog log(recording, {{"request_id", "r-1"}});

  log.Warning("lies", {{"request_id", "r-2"}});

  EXPECT_THAT(recording.lines(), ElementsAre(HasSubstr(R"("message":"lies","request_id":"r-1"})")));
}

}  // namespace
}  // namespace ecm::lambda
