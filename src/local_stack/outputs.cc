#include "local_stack/outputs.h"

#include <algorithm>
#include <fstream>

namespace ecm::local_stack {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxEntries = 100'000;
constexpr std::size_t kMaxRowBytes = 500;

bool IsDataFile(const fs::path& file) {
  const std::string name = file.filename().string();
  return !name.starts_with('_') && !name.starts_with('.');
}

bool IsText(const fs::path& file) {
  const std::string extension = file.extension().string();
  return extension == ".csv" || extension == ".json" || extension == ".txt" || extension.empty();
}

void ReadRows(const fs::path& file, std::size_t max_rows, std::vector<std::string>& rows) {
  std::ifstream in(file, std::ios::binary);
  std::string row;
  while (rows.size() < max_rows && std::getline(in, row)) {
    if (row.size() > kMaxRowBytes) row.resize(kMaxRowBytes);
    rows.push_back(row);
  }
}

Output Describe(const fs::path& buckets, const fs::path& folder, std::size_t max_rows) {
  Output output;
  output.uri = "s3://" + fs::relative(folder, buckets).generic_string() + "/";
  output.folder = folder;
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file(error) && IsDataFile(entry.path())) files.push_back(entry.path());
    if (files.size() >= kMaxEntries) break;
  }
  std::ranges::sort(files);
  output.files = files.size();
  for (const fs::path& file : files) {
    output.bytes += fs::file_size(file, error);
    if (IsText(file)) ReadRows(file, max_rows, output.first_rows);
  }
  return output;
}

}  // namespace

std::vector<Output> FindOutputs(const fs::path& buckets, const std::string& log_bucket,
                                fs::file_time_type since, std::size_t max_rows) {
  std::vector<fs::path> folders;
  std::error_code error;
  std::size_t seen = 0;
  fs::recursive_directory_iterator entry(buckets, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (++seen > kMaxEntries) break;
    if (entry.depth() == 0 && entry->path().filename() == log_bucket) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;  // a file that vanishes meanwhile is no output
    if (entry->path().filename() == "_SUCCESS" && entry->last_write_time(ignored) >= since) {
      folders.push_back(entry->path().parent_path());
    }
  }
  std::ranges::sort(folders);
  std::vector<Output> outputs;
  outputs.reserve(folders.size());
  for (const fs::path& folder : folders) outputs.push_back(Describe(buckets, folder, max_rows));
  return outputs;
}

}  // namespace ecm::local_stack
