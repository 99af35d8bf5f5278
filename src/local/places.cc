#include "local/places.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ecm::local {

bool Places::Fits(const PlaceNeed& need) const {
  if (static_cast<int>(taken_.size()) >= limits_.all) return false;
  if (!need.jvm || jvms_ == 0) return true;
  return jvms_ < limits_.jvm && memory_mib_ + need.memory_mib <= limits_.memory_mib;
}

void Places::Take(Id id, const PlaceNeed& need) {
  taken_.emplace(id, need);
  if (!need.jvm) return;
  ++jvms_;
  memory_mib_ += need.memory_mib;
}

Places::Id Places::Ask(PlaceNeed need, std::function<void()> go) {
  const Id id = ++last_;
  const bool others_wait = std::ranges::any_of(
      waiting_, [&need](const Waiting& other) { return other.need.jvm == need.jvm; });
  if (!others_wait && Fits(need)) {
    Take(id, need);
  } else {
    waiting_.push_back({id, need, std::move(go)});
  }
  return id;
}

void Places::Release(Id id) {
  if (const auto taken = taken_.find(id); taken != taken_.end()) {
    if (taken->second.jvm) {
      --jvms_;
      memory_mib_ -= taken->second.memory_mib;
    }
    taken_.erase(taken);
  } else {
    std::erase_if(waiting_, [id](const Waiting& waiting) { return waiting.id == id; });
  }
  LetIn();
}

void Places::LetIn() {
  std::vector<std::function<void()>> admitted;
  // Once the first of a kind does not fit, nobody of that kind overtakes it.
  bool blocked[2] = {false, false};
  for (auto at = waiting_.begin(); at != waiting_.end() && !(blocked[0] && blocked[1]);) {
    if (blocked[at->need.jvm ? 1 : 0] || !Fits(at->need)) {
      blocked[at->need.jvm ? 1 : 0] = true;
      ++at;
      continue;
    }
    Take(at->id, at->need);
    admitted.push_back(std::move(at->go));
    at = waiting_.erase(at);
  }
  for (const auto& go : admitted) go();
}

bool Places::IsWaiting(Id id) const {
  return std::ranges::any_of(waiting_, [id](const Waiting& waiting) { return waiting.id == id; });
}

std::size_t Places::Before(Id id) const {
  const auto self =
      std::ranges::find_if(waiting_, [id](const Waiting& waiting) { return waiting.id == id; });
  if (self == waiting_.end()) return 0;
  return static_cast<std::size_t>(
      std::count_if(waiting_.begin(), self,
                    [self](const Waiting& other) { return other.need.jvm == self->need.jvm; }));
}

}  // namespace ecm::local
