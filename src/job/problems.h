#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "job/job.h"

namespace ecm {

/// Collects what is wrong, up to a bound: a hostile description must not cost an unbounded answer.
class Problems {
 public:
  static constexpr std::size_t kMax = 100;

  void Add(std::string pointer, std::string message);
  void Warn(std::string pointer, std::string message);

  /// No further problem is kept: suggestions need not be computed any more.
  bool IsFull() const { return problems_.size() >= kMax; }
  bool empty() const { return problems_.empty(); }

  std::vector<JobProblem> TakeProblems() { return std::move(problems_); }
  std::vector<JobProblem> TakeWarnings() { return std::move(warnings_); }

 private:
  std::vector<JobProblem> problems_;
  std::vector<JobProblem> warnings_;
};

/// A piece of the user's text for a message: short, printable, in quotes.
std::string Quote(std::string_view text);

}  // namespace ecm
