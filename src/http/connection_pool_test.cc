#include "http/connection_pool.h"

#include <gtest/gtest.h>

#include <set>

#include "env/testing/sim_env.h"

namespace ecm::http {
namespace {

using namespace std::chrono_literals;

const HttpOrigin kOrigin{.tls = false, .host = "a", .port = 80};

class ConnectionPoolTest : public testing::Test {
 protected:
  /// A connection that only knows its name and whether its peer is quiet.
  class NamedStream : public Stream {
   public:
    NamedStream(ConnectionPoolTest& test, std::string name) : test_(test), name_(std::move(name)) {
      test_.open_.insert(name_);
    }
    ~NamedStream() override { test_.open_.erase(name_); }
    NamedStream(const NamedStream&) = delete;
    NamedStream& operator=(const NamedStream&) = delete;
    IoResult Read(std::span<char>, const Deadline&) override { return {IoStatus::kBroken}; }
    IoResult Write(std::string_view, const Deadline&) override { return {IoStatus::kBroken}; }
    bool IsQuiet() override { return !test_.loud_.contains(name_); }
    std::uint64_t sent() const override { return 0; }
    std::string problem() const override { return name_; }

   private:
    ConnectionPoolTest& test_;
    const std::string name_;
  };

  void Keep(const std::string& name, const HttpOrigin& origin = kOrigin) {
    pool_.Keep(origin, std::make_unique<NamedStream>(*this, name));
  }
  /// The name of the connection that is there for the next request, "" for none. It closes.
  std::string Take(Duration longest_rest = 1h, const HttpOrigin& origin = kOrigin) {
    const auto stream = pool_.Take(origin, longest_rest);
    return stream == nullptr ? "" : stream->problem();
  }

  ManualClock clock_;
  std::set<std::string> open_;
  std::set<std::string> loud_;
  ConnectionPool pool_{clock_, 20s, 3};
};

TEST_F(ConnectionPoolTest, GivesTheOneThatWasUsedLast) {
  Keep("first");
  Keep("second");
  EXPECT_EQ(Take(), "second");
  EXPECT_EQ(Take(), "first");
  EXPECT_EQ(Take(), "");
}

TEST_F(ConnectionPoolTest, GivesNoneOfAnotherOrigin) {
  Keep("plain");
  EXPECT_EQ(Take(1h, {.tls = true, .host = "a", .port = 80}), "");
  EXPECT_EQ(Take(1h, {.tls = false, .host = "b", .port = 80}), "");
  EXPECT_EQ(Take(1h, {.tls = false, .host = "a", .port = 81}), "");
  EXPECT_EQ(Take(), "plain");
}

TEST_F(ConnectionPoolTest, DropsThoseOnWhichSomethingCame) {
  Keep("quiet");
  Keep("loud");
  loud_ = {"loud"};
  EXPECT_EQ(Take(), "quiet");
  EXPECT_EQ(open_, std::set<std::string>{});
}

TEST_F(ConnectionPoolTest, ClosesThoseThatRestedForTooLong) {
  Keep("old");
  clock_.Advance(19s);
  Keep("young");
  clock_.Advance(1s);
  EXPECT_EQ(Take(1h, {.tls = false, .host = "another", .port = 80}), "");
  EXPECT_EQ(open_, std::set<std::string>{"young"});
}

TEST_F(ConnectionPoolTest, LeavesThoseForOthersThatRestedTooLongForThisRequest) {
  Keep("rested");
  clock_.Advance(4s);
  EXPECT_EQ(Take(4s), "");
  EXPECT_EQ(Take(5s), "rested");
}

TEST_F(ConnectionPoolTest, KnowsThatTheProcessWasFrozen) {
  Keep("before");
  clock_.JumpWall(30min);
  EXPECT_EQ(Take(), "");
  EXPECT_EQ(open_, std::set<std::string>{});
  Keep("after");
  clock_.JumpWall(-30min);
  EXPECT_EQ(Take(), "after");
}

TEST_F(ConnectionPoolTest, ClosesTheOldestWhereThereAreTooMany) {
  for (const std::string name : {"1", "2", "3", "4"}) Keep(name);
  EXPECT_EQ(open_, (std::set<std::string>{"2", "3", "4"}));
}

}  // namespace
}  // namespace ecm::http
