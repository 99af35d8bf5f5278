#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace ecm {

/// A string that cannot be taken for another one: a ClusterId is not a StepId.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

  friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.text_; }

 private:
  std::string text_;
};

/// "j-…": up to 256 characters are promised, 13 is only what is seen.
using ClusterId = Id<struct ClusterTag>;
/// "s-…"
using StepId = Id<struct StepTag>;
/// The ARN of one run of the state machine: the key of the job store.
using ExecutionArn = Id<struct ExecutionArnTag>;
/// What Step Functions takes back with SendTaskSuccess; a secret of the execution.
using TaskToken = Id<struct TaskTokenTag>;
/// "eu-west-1"
using Region = Id<struct RegionTag>;

}  // namespace ecm

template <class Tag>
struct std::hash<ecm::Id<Tag>> {
  std::size_t operator()(const ecm::Id<Tag>& id) const {
    return std::hash<std::string>{}(id.str());
  }
};
