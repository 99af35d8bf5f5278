#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "aws/notices.h"
#include "base/json.h"
#include "base/time.h"
#include "env/clock.h"
#include "env/random.h"

namespace ecm::local_stack {

/// The topic of the laptop: writes the parameters of an sns:publish as a file under `folder`, named
/// by the time and the message's id, and answers its path.
Result<std::filesystem::path> WriteNotice(const std::filesystem::path& folder,
                                          const std::string& message_id, const Json& publish,
                                          WallTime now);

/// The same for handlers; `on_notice` hears of each file on the thread of the handler.
class FolderNotices : public Notices {
 public:
  FolderNotices(std::filesystem::path folder, std::string topic, const Clock& clock, Random& random,
                std::function<void(const std::filesystem::path&)> on_notice)
      : folder_(std::move(folder)),
        topic_(std::move(topic)),
        clock_(clock),
        random_(random),
        on_notice_(std::move(on_notice)) {}
  Result<void> Publish(const std::string& subject, const std::string& message) override;

 private:
  std::filesystem::path folder_;
  std::string topic_;
  const Clock& clock_;
  Random& random_;
  std::function<void(const std::filesystem::path&)> on_notice_;
};

/// Writes `text` so that a reader finds the whole file or none.
Result<void> WriteWhole(const std::filesystem::path& file, std::string_view text);

}  // namespace ecm::local_stack
