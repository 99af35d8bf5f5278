#pragma once

#include <map>
#include <string>
#include <utility>

#include "env/files.h"

namespace ecm::aws_config {

/// Files that a test wrote down; others are not there.
class MapFiles : public Files {
 public:
  MapFiles() = default;
  explicit MapFiles(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}

  void Put(const std::string& path, std::string text) { texts_[path] = std::move(text); }
  void Remove(const std::string& path) { texts_.erase(path); }
  /// Reading it fails with this from now on.
  void Refuse(const std::string& path, Error error) { refused_[path] = std::move(error); }

  Result<std::string> Read(const std::string& path) const override {
    if (const auto refused = refused_.find(path); refused != refused_.end()) {
      return Fail(refused->second);
    }
    const auto found = texts_.find(path);
    if (found == texts_.end()) return Fail(ErrorKind::kNotFound, path + ": no such file");
    return found->second;
  }

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, Error> refused_;
};

}  // namespace ecm::aws_config
