#include "sfn_model/definitions.h"

#include <fmt/format.h>

#include "sfn_model/errors.h"

namespace ecm::sfn_model {
namespace {

/// So many problems of one definition are told.
constexpr std::size_t kMostProblems = 20;

std::string Told(const std::vector<asl::DefinitionProblem>& problems) {
  std::string told;
  for (std::size_t i = 0; i < problems.size() && i < kMostProblems; ++i) {
    if (i > 0) told += ", ";
    const std::string& pointer = problems[i].pointer;
    told += fmt::format("{} at {}", problems[i].message, pointer.empty() ? "/" : pointer);
  }
  if (problems.size() > kMostProblems) {
    told += fmt::format(" and {} more", problems.size() - kMostProblems);
  }
  return told;
}

std::unexpected<Error> InvalidDefinition(std::string_view kind, std::string_view why) {
  return Invalid("InvalidDefinition",
                 fmt::format("Invalid State Machine Definition: '{}: {}'", kind, why));
}

}  // namespace

Result<std::shared_ptr<const asl::Definition>> DefinitionRecord::Compiled() {
  if (compiled_ != nullptr) return compiled_;
  const Result<Json> document = ParseJson(text_);
  if (!document) return InvalidDefinition("INVALID_JSON_DESCRIPTION", document.error().message);
  const asl::DefinitionReading reading = asl::ReadDefinition(*document);
  if (reading.definition == nullptr) {
    return InvalidDefinition("SCHEMA_VALIDATION_FAILED", Told(reading.problems));
  }
  compiled_ = reading.definition;
  return compiled_;
}

void Definitions::Add(const DefinitionRef& record) {
  by_id_[record->id()] = record;
  by_text_[record->text()] = record;
}

DefinitionRef Definitions::Intern(std::string_view text, Random& random) {
  if (const auto known = by_text_.find(text); known != by_text_.end()) return known->second;
  auto record = std::make_shared<DefinitionRecord>(RandomUuid(random), std::string(text));
  Add(record);
  return record;
}

void Definitions::Restore(std::string id, std::string text) {
  auto record = std::make_shared<DefinitionRecord>(std::move(id), std::move(text));
  record->stored = true;
  if (!by_text_.contains(record->text())) return Add(record);
  by_id_[record->id()] = record;
}

DefinitionRef Definitions::Find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::vector<std::string> Definitions::Collect() {
  std::vector<std::string> gone;
  for (auto one = by_id_.begin(); one != by_id_.end();) {
    const DefinitionRef record = one->second;
    const auto same_text = by_text_.find(record->text());
    const bool is_text = same_text != by_text_.end() && same_text->second == record;
    // Here, in by_id_ and, for the first of its text, in by_text_.
    if (record.use_count() > (is_text ? 3 : 2)) {
      ++one;
      continue;
    }
    if (record->stored) gone.push_back(record->id());
    if (is_text) by_text_.erase(same_text);
    one = by_id_.erase(one);
  }
  return gone;
}

}  // namespace ecm::sfn_model
