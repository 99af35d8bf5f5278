#include "aws_config/refreshing_credentials.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "env/testing/sim_env.h"

namespace ecm::aws_config {
namespace {

using std::chrono::minutes;

/// Gives keys "1", "2" … that last for `lasting`, or the error that is set.
struct Source {
  ManualClock clock;
  RecordingLog log;
  Duration lasting = minutes{60};
  std::optional<Error> error;
  int loads = 0;

  Result<ResolvedCredentials> Load() {
    ++loads;
    if (error) return Fail(*error);
    return ResolvedCredentials{.credentials = {std::to_string(loads), "hidden", "token"},
                               .expires = clock.Wall() + lasting,
                               .source = "test"};
  }
  RefreshingCredentials provider{[this] { return Load(); }, clock, log};
  std::string Key() {
    const auto got = provider.Get();
    return got ? got->credentials.access_key_id : got.error().message;
  }
};

const Error kDown{ErrorKind::kUnavailable, "down", ""};

TEST(RefreshingCredentialsTest, AnswersFromMemoryUntilAQuarterOfAnHourIsLeft) {
  Source source;
  EXPECT_EQ(source.Key(), "1");
  source.clock.Advance(minutes{45});
  EXPECT_EQ(source.Key(), "1");
  source.clock.Advance(Duration{1});
  EXPECT_EQ(source.Key(), "2");
  EXPECT_EQ(source.loads, 2);
}

TEST(RefreshingCredentialsTest, KeepsForeverWhatDoesNotExpire) {
  ManualClock clock;
  NullLog log;
  int loads = 0;
  RefreshingCredentials provider(
      [&]() -> Result<ResolvedCredentials> {
        ++loads;
        return ResolvedCredentials{};
      },
      clock, log);
  EXPECT_TRUE(provider.Get().has_value());
  clock.Advance(std::chrono::hours{10000});
  EXPECT_TRUE(provider.Get().has_value());
  EXPECT_EQ(loads, 1);
}

TEST(RefreshingCredentialsTest, GoesOnWithTheOldOnesWhileNewOnesCannotBeHad) {
  Source source;
  EXPECT_EQ(source.Key(), "1");
  source.error = kDown;
  source.clock.Advance(minutes{50});
  EXPECT_EQ(source.Key(), "1");
  EXPECT_EQ(source.loads, 2);
  ASSERT_EQ(source.log.lines().size(), 1U);
  EXPECT_NE(source.log.lines().front().find("\"error\":\"down\""), std::string::npos);
  EXPECT_EQ(source.log.lines().front().find("hidden"), std::string::npos);
  EXPECT_EQ(source.log.lines().front().find("token"), std::string::npos);
  EXPECT_EQ(source.Key(), "1");
  EXPECT_EQ(source.loads, 2) << "not asked again within a minute";
  source.clock.Advance(minutes{1});
  EXPECT_EQ(source.Key(), "1");
  EXPECT_EQ(source.loads, 3);
  source.error.reset();
  source.clock.Advance(minutes{1});
  EXPECT_EQ(source.Key(), "4");
}

TEST(RefreshingCredentialsTest, FailsOnceTheOldOnesHaveExpired) {
  Source source;
  EXPECT_EQ(source.Key(), "1");
  source.error = kDown;
  source.clock.Advance(minutes{60});
  EXPECT_EQ(source.Key(), "down");
  source.error.reset();
  EXPECT_EQ(source.Key(), "3") << "there is no pause without credentials";
}

TEST(RefreshingCredentialsTest, DoesNotAskForShortLivedOnesAtEveryCall) {
  Source source;
  source.lasting = minutes{5};
  EXPECT_EQ(source.Key(), "1");
  EXPECT_EQ(source.Key(), "1");
  source.clock.Advance(minutes{1});
  EXPECT_EQ(source.Key(), "2");
  EXPECT_EQ(source.loads, 2);
}

TEST(RefreshingCredentialsTest, RefusesOnesThatHaveExpiredAlready) {
  Source source;
  source.lasting = Duration{0};
  EXPECT_EQ(source.Key(),
            "the credentials of test expired at 2026-01-02T03:04:05.000Z; is the clock of this "
            "machine right?");
}

TEST(RefreshingCredentialsTest, AsksAnewAfterForget) {
  Source source;
  EXPECT_EQ(source.Key(), "1");
  source.provider.Forget();
  EXPECT_EQ(source.Key(), "2");
  source.provider.Forget();
  source.error = kDown;
  EXPECT_EQ(source.Key(), "down") << "what was forgotten does not come back";
}

/// One thread is inside load until it is let go.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false;
  bool open = false;

  void Wait() {
    std::unique_lock lock(mutex);
    entered = true;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void AwaitEntry() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return entered; });
  }
  void Open() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
};

TEST(RefreshingCredentialsTest, LetsOthersGoOnWithTheOldOnesWhileOneFetches) {
  ManualClock clock;
  NullLog log;
  Gate gate;
  std::atomic<int> loads = 0;
  RefreshingCredentials provider(
      [&]() -> Result<ResolvedCredentials> {
        const int number = ++loads;
        if (number == 2) gate.Wait();
        return ResolvedCredentials{.credentials = {std::to_string(number), "", ""},
                                   .expires = clock.Wall() + minutes{60},
                                   .source = ""};
      },
      clock, log);
  EXPECT_EQ(provider.Get()->credentials.access_key_id, "1");
  clock.Advance(minutes{47});
  std::thread fetching([&] { EXPECT_EQ(provider.Get()->credentials.access_key_id, "2"); });
  gate.AwaitEntry();
  EXPECT_EQ(provider.Get()->credentials.access_key_id, "1");
  gate.Open();
  fetching.join();
  EXPECT_EQ(provider.Get()->credentials.access_key_id, "2");
  EXPECT_EQ(loads, 2);
}

TEST(RefreshingCredentialsTest, FetchesOnceForAllWhoWait) {
  ManualClock clock;
  NullLog log;
  std::atomic<int> loads = 0;
  RefreshingCredentials provider(
      [&]() -> Result<ResolvedCredentials> {
        ++loads;
        return ResolvedCredentials{
            .credentials = {}, .expires = clock.Wall() + minutes{60}, .source = ""};
      },
      clock, log);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(provider.Get().has_value()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loads, 1);
}

}  // namespace
}  // namespace ecm::aws_config
