#include "local/step_folder.h"

#include <fstream>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "local/step_environment.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

Result<void> MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  return Fail(ErrorKind::kInternal,
              "cannot make the folder " + folder.string() + ": " + error.message());
}

Result<void> CheckInputs(const std::vector<StepInput>& inputs, const Buckets& buckets) {
  for (const StepInput& input : inputs) {
    const auto uri = ParseS3Uri(input.uri);
    if (!uri) continue;
    const auto object = buckets.OpenObject(uri->bucket, uri->key);
    if (object) continue;
    return Fail(AddContext(object.error(),
                           "the " + input.what + " " + ToOneLine(input.uri) + " cannot be read"));
  }
  return {};
}

/// A folder that is SPARK_HOME to Spark and keeps what its workers write there.
Result<void> StandFor(const fs::path& spark_home, const fs::path& folder) {
  ECM_TRY_VOID(MakeFolder(folder / "work"));
  std::error_code error;
  fs::directory_iterator entry(spark_home, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path name = entry->path().filename();
    std::error_code failed;
    if (name != "work") fs::create_symlink(entry->path(), folder / name, failed);
    if (failed) error = failed;
    if (error) break;
  }
  if (!error) return {};
  return Fail(ErrorKind::kInternal, "cannot link " + spark_home.string() + " in " +
                                        folder.string() + ": " + error.message());
}

}  // namespace

Result<void> MakeFolders(const fs::path& work_dir) {
  for (const char* name : {"tmp", "conf"}) ECM_TRY_VOID(MakeFolder(work_dir / name));
  return {};
}

Result<void> WriteText(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (out) return {};
  return Fail(ErrorKind::kInternal, "cannot write " + file.string());
}

fs::path ContainerFolder(const fs::path& work_dir) { return work_dir / "container"; }

Result<ProcessSpec> LayOutStep(const StepCommand& command, const fs::path& work_dir,
                               const Buckets& buckets) {
  ECM_TRY_VOID(CheckInputs(command.inputs, buckets));
  for (const FileToFetch& file : command.files) ECM_TRY_VOID(FetchFile(file, buckets));
  const fs::path conf = work_dir / "conf";
  ECM_TRY_VOID(WriteText(conf / "spark-defaults.conf", command.spark_defaults));
  if (!command.core_site.empty()) {
    ECM_TRY_VOID(WriteText(conf / "core-site.xml", command.core_site));
  }
  if (!command.spark_home.empty()) {
    ECM_TRY_VOID(StandFor(command.spark_home, work_dir / "tmp" / "spark"));
  }
  fs::path output = work_dir;
  if (command.cluster_mode) {
    output = ContainerFolder(work_dir);
    ECM_TRY_VOID(MakeFolder(output));
  }
  return ProcessSpec{command.argv, EnvironmentWords(command.environment), work_dir,
                     output / "stdout", output / "stderr"};
}

}  // namespace ecm::local
