#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>

namespace ecm::local {

/// What a process tree takes of the machine while it runs.
struct PlaceNeed {
  bool jvm = false;             ///< it starts a JVM, so far as its command line tells
  std::int64_t memory_mib = 0;  ///< of the JVMs
};

struct PlaceLimits {
  int all = 64;  ///< process trees at once
  int jvm = 1;   ///< of these with a JVM
  /// What all JVMs may take together; one alone may always run.
  std::int64_t memory_mib = 0;
};

/// How many process trees run at once. Who finds no place waits, first come, first served among
/// those with a JVM and among those without: a full machine of Spark does not hold up a shell.
class Places {
 public:
  using Id = std::uint64_t;

  explicit Places(PlaceLimits limits) : limits_(limits) {}
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  /// Either the place is taken at once (IsWaiting is false and `go` is never called), or `go` is
  /// called once from inside a later Release of somebody else.
  Id Ask(PlaceNeed need, std::function<void()> go);
  /// Gives the place back, or leaves the queue. Unknown ids are ignored.
  void Release(Id id);

  bool IsWaiting(Id id) const;
  /// How many of its kind (with a JVM or without) wait before it.
  std::size_t Before(Id id) const;
  const PlaceLimits& limits() const { return limits_; }

 private:
  struct Waiting {
    Id id;
    PlaceNeed need;
    std::function<void()> go;
  };

  bool Fits(const PlaceNeed& need) const;
  void Take(Id id, const PlaceNeed& need);
  void LetIn();

  PlaceLimits limits_;
  Id last_ = 0;
  std::map<Id, PlaceNeed> taken_;
  int jvms_ = 0;
  std::int64_t memory_mib_ = 0;
  std::list<Waiting> waiting_;
};

}  // namespace ecm::local
