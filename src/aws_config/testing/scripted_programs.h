#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "env/programs.h"

namespace ecm::aws_config {

/// Gives the outputs that a test wrote down, in their order, and keeps the arguments. Without one
/// left there is no such program.
class ScriptedPrograms : public Programs {
 public:
  void Answer(Result<ProgramOutput> output) { outputs_.push_back(std::move(output)); }

  Result<ProgramOutput> Run(const std::vector<std::string>& arguments,
                            Duration /*timeout*/) override {
    runs_.push_back(arguments);
    if (outputs_.empty())
      return Fail(ErrorKind::kNotFound, arguments.front() + ": no such program");
    auto output = std::move(outputs_.front());
    outputs_.pop_front();
    return output;
  }

  const std::vector<std::vector<std::string>>& runs() const { return runs_; }

 private:
  std::deque<Result<ProgramOutput>> outputs_;
  std::vector<std::vector<std::string>> runs_;
};

}  // namespace ecm::aws_config
