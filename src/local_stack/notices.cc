#include "local_stack/notices.h"

#include <algorithm>
#include <fstream>

namespace ecm::local_stack {

Result<void> WriteWhole(const std::filesystem::path& file, std::string_view text) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  const std::filesystem::path draft = file.string() + ".new";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out)
    return Fail(ErrorKind::kInternal, "cannot write " + draft.string() + ": is the disk full?");
  std::filesystem::rename(draft, file, error);
  if (error)
    return Fail(ErrorKind::kInternal, "cannot write " + file.string() + ": " + error.message());
  return {};
}

Result<std::filesystem::path> WriteNotice(const std::filesystem::path& folder,
                                          const std::string& message_id, const Json& publish,
                                          WallTime now) {
  std::string time = ToIso8601(now);
  std::ranges::replace(time, ':', '-');
  std::filesystem::path file = folder / (time + "-" + message_id + ".json");
  const JsonObject notice{{"message_id", message_id},
                          {"time", ToIso8601(now)},
                          {"topic", StringOr(publish, "TopicArn")},
                          {"subject", StringOr(publish, "Subject")},
                          {"message", StringOr(publish, "Message")}};
  ECM_TRY_VOID(WriteWhole(file, ToPrettyText(notice) + "\n"));
  return file;
}

Result<void> FolderNotices::Publish(const std::string& subject, const std::string& message) {
  const Json publish = JsonObject{{"TopicArn", topic_}, {"Subject", subject}, {"Message", message}};
  ECM_TRY(const std::filesystem::path file,
          WriteNotice(folder_, RandomUuid(random_), publish, clock_.Wall()));
  on_notice_(file);
  return {};
}

}  // namespace ecm::local_stack
