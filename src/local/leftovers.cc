#include "local/leftovers.h"

#include <fstream>
#include <optional>
#include <set>
#include <system_error>

#include "base/json.h"
#include "local/step_folder.h"
#include "local/step_logs.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = std::size_t{16} * 1024;

fs::path FileOf(const fs::path& folder) { return folder.string() + ".json"; }

std::optional<LogPlaces> ReadLogPlaces(const fs::path& folder) {
  std::ifstream in(FileOf(folder), std::ios::binary);
  std::string text(kMaxBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const Result<Json> json = ParseJson(text);
  if (!json || StringOr(*json, "logs").empty()) return std::nullopt;
  return LogPlaces{StringOr(*json, "logs"), StringOr(*json, "container_logs")};
}

Result<void> PublishAt(const std::string& place, const fs::path& folder, const Buckets& buckets) {
  const auto uri = ParseS3Uri(place);
  if (!uri) return Fail(ErrorKind::kInvalidJob, place + " is no S3 URI");
  return PublishLogs(buckets, *uri, folder);
}

Result<void> Publish(const LogPlaces& places, const fs::path& folder, const Buckets& buckets) {
  if (!places.container_logs.empty()) {
    ECM_TRY_VOID(PublishAt(places.container_logs, ContainerFolder(folder), buckets));
  }
  return PublishAt(places.logs, folder, buckets);
}

/// Of "s-1" and "s-1.json" one remains where the other is gone already.
std::set<fs::path> NamesIn(const fs::path& folder) {
  std::set<fs::path> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code unknown;
    const fs::file_status status = entry->symlink_status(unknown);
    if (fs::is_directory(status)) names.insert(entry->path());
    if (!fs::is_regular_file(status) || entry->path().extension() != ".json") continue;
    fs::path owner = entry->path();
    owner.replace_extension();
    if (!fs::is_symlink(owner, unknown)) names.insert(owner);
  }
  return names;
}

}  // namespace

Result<void> KeepLogPlaces(const fs::path& folder, const LogPlaces& places) {
  return WriteText(
      FileOf(folder),
      ecm::ToText(JsonObject{{"logs", places.logs}, {"container_logs", places.container_logs}}));
}

void ForgetLogPlaces(const fs::path& folder) {
  std::error_code ignored;
  fs::remove(FileOf(folder), ignored);
}

std::vector<fs::path> FindLeftovers(const fs::path& state_dir) {
  std::vector<fs::path> leftovers;
  for (const fs::path& cluster : NamesIn(state_dir / "work")) {
    for (const fs::path& folder : NamesIn(cluster)) {
      if (folder.filename() != "bootstrap-actions") {
        leftovers.push_back(folder);
        continue;
      }
      for (const fs::path& action : NamesIn(folder)) leftovers.push_back(action);
    }
  }
  return leftovers;
}

std::string SettleLeftover(const fs::path& folder, const Buckets& buckets, WallTime now) {
  std::error_code ignored;  // what cannot be removed is in nobody's way
  const std::optional<LogPlaces> places = ReadLogPlaces(folder);
  const bool was_there = fs::exists(folder, ignored);
  std::string note;
  if (places) {
    ControllerLog::At(folder / "controller")
        .Note(now, "WARN", "emrctl ended while this ran: nobody knows how it would have ended");
    const Result<void> published = Publish(*places, folder, buckets);
    if (published) {
      fs::remove_all(folder, ignored);
      if (was_there) note = "the last emrctl ended while this ran; logs: " + places->logs;
    } else {
      note = "the last emrctl ended while this ran; its logs stay in " + folder.string() + ": " +
             published.error().message;
    }
    ForgetLogPlaces(folder);
  }
  fs::remove_all(folder / "tmp", ignored);
  // Only where they are empty: of a cluster nothing may be left.
  if (folder.parent_path().filename() == "bootstrap-actions") {
    fs::remove(folder.parent_path(), ignored);
    fs::remove(folder.parent_path().parent_path(), ignored);
  } else {
    fs::remove(folder.parent_path(), ignored);
  }
  return note;
}

}  // namespace ecm::local
