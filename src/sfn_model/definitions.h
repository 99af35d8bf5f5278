#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "asl/definition.h"
#include "base/json.h"
#include "env/random.h"

namespace ecm::sfn_model {

/// One text of a definition, shared by all who run it: a machine may be changed or gone while its
/// executions keep what they were started with.
class DefinitionRecord {
 public:
  DefinitionRecord(std::string id, std::string text) : id_(std::move(id)), text_(std::move(text)) {}

  const std::string& id() const { return id_; }
  const std::string& text() const { return text_; }
  /// Compiled at the first use. The problems of a definition that this program does not run are in
  /// the error's message, each with its pointer.
  Result<std::shared_ptr<const asl::Definition>> Compiled();

  bool stored = false;  ///< it has been given to the journal

 private:
  std::string id_;
  std::string text_;
  std::shared_ptr<const asl::Definition> compiled_;
};

using DefinitionRef = std::shared_ptr<DefinitionRecord>;

/// All texts that somebody uses, each once.
class Definitions {
 public:
  /// The record of this text; a new one if there is none.
  DefinitionRef Intern(std::string_view text, Random& random);
  void Restore(std::string id, std::string text);
  /// nullptr where there is none.
  DefinitionRef Find(const std::string& id) const;
  /// Forgets those that nobody uses any more; the ids of the ones that had been stored.
  std::vector<std::string> Collect();

 private:
  void Add(const DefinitionRef& record);

  std::map<std::string, DefinitionRef> by_id_;
  std::map<std::string_view, DefinitionRef> by_text_;  ///< the keys are in the records
};

}  // namespace ecm::sfn_model
