#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ecm {

/// Something that must outlive the process: a cluster, a step, an execution, one of its events.
struct Document {
  std::string kind;  ///< "cluster", "step", "execution", …
  std::string id;    ///< unique within its kind
  Json body;         ///< null: the document is gone
  bool operator==(const Document&) const = default;
};

/// Documents by kind and id. What Commit has answered survives the death of the process.
class DocumentStore {
 public:
  virtual ~DocumentStore() = default;
  /// All of them or none; a null body removes what is stored, the last of two for one id counts.
  virtual Result<void> Commit(const std::vector<Document>& documents) = 0;
  /// Those of one kind whose id begins with `id_prefix`, in the order of their ids, one at a time:
  /// no more than one need be in memory. Its body lies in memory of the visit, and so does a plain
  /// copy of it: what is kept needs a storage of its own, as Load gives it. A visitor that fails
  /// ends it with its error; it must not call the store.
  using Visitor = std::function<Result<void>(const Document& document)>;
  virtual Result<void> Visit(std::string_view kind, std::string_view id_prefix,
                             const Visitor& visit) const = 0;
  /// The ids of one kind, in their order; no body is read.
  virtual Result<std::vector<std::string>> Ids(std::string_view kind) const = 0;

  /// All that Visit finds.
  Result<std::vector<Document>> Load(std::string_view kind, std::string_view id_prefix = "") const;
};

}  // namespace ecm
