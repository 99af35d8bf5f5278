#include "local/spark_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInstall = "run `bash scripts/quickstart`, which installs it";
/// What Spark 3.5 runs on; the best first.
constexpr std::array kJavaReleases{17, 11, 8};

bool IsSparkHome(const fs::path& path, const SparkProbe& probe) {
  return probe.exists(path / "bin" / "spark-submit");
}

/// ROOT/.venv/lib/python3.11/site-packages/pyspark
std::optional<fs::path> SparkOfVenv(const fs::path& venv, const SparkProbe& probe) {
  for (const fs::path& python : probe.list(venv / "lib")) {
    fs::path spark = python / "site-packages" / "pyspark";
    if (IsSparkHome(spark, probe)) return spark;
  }
  return std::nullopt;
}

Result<fs::path> FindSparkHome(const Environment& environment, const fs::path& executable,
                               const SparkProbe& probe) {
  for (const char* name : {"EMRCTL_SPARK_HOME", "SPARK_HOME"}) {
    const auto value = environment.Get(name);
    if (!value || value->empty()) continue;
    if (value->starts_with('/') && IsSparkHome(*value, probe)) return fs::path(*value);
    return Fail(ErrorKind::kInternal, std::string(name) + " is " + *value +
                                          ", which is not the absolute path of a folder with "
                                          "bin/spark-submit: correct or unset the variable");
  }
  for (fs::path folder = executable.parent_path();; folder = folder.parent_path()) {
    if (const auto spark = SparkOfVenv(folder / ".venv", probe)) return *spark;
    if (folder == folder.parent_path()) break;
  }
  return Fail(ErrorKind::kInternal,
              "local Spark was not found (no .venv with PySpark beside " + executable.string() +
                  " or above it, and SPARK_HOME is not set): " + std::string(kInstall));
}

std::optional<fs::path> OnPath(const Environment& environment, std::string_view program,
                               const SparkProbe& probe) {
  std::istringstream folders(environment.Get("PATH").value_or(""));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.starts_with('/') && probe.exists(fs::path(folder) / program)) {
      return fs::path(folder) / program;
    }
  }
  return std::nullopt;
}

Result<fs::path> FindPython(const Environment& environment, const fs::path& spark_home,
                            const SparkProbe& probe) {
  if (const auto value = environment.Get("PYSPARK_PYTHON"); value && !value->empty()) {
    if (value->starts_with('/')) return fs::path(*value);
    if (const auto found = OnPath(environment, *value, probe)) return *found;
    return Fail(ErrorKind::kInternal, "PYSPARK_PYTHON is " + *value + ", which is not on PATH");
  }
  // …/.venv/lib/python3.11/site-packages/pyspark
  const fs::path venv = spark_home.parent_path().parent_path().parent_path().parent_path();
  if (probe.exists(venv / "bin" / "python3")) return venv / "bin" / "python3";
  if (const auto found = OnPath(environment, "python3", probe)) return *found;
  return Fail(
      ErrorKind::kInternal,
      "python3 was not found on PATH: install the package python3, or " + std::string(kInstall));
}

std::optional<int> ReleaseOf(const fs::path& java_home, const SparkProbe& probe) {
  if (!probe.exists(java_home / "bin" / "java")) return std::nullopt;
  // Java 8 of a distribution may keep the JRE one folder below its release file.
  const auto release = JavaFeatureRelease(probe.read(java_home / "release"));
  return release ? release : JavaFeatureRelease(probe.read(java_home.parent_path() / "release"));
}

bool IsGood(std::optional<int> release) {
  return release && std::ranges::find(kJavaReleases, *release) != kJavaReleases.end();
}

Result<fs::path> FindJavaHome(const Environment& environment, const SparkProbe& probe) {
  std::string seen;
  const auto note = [&seen](const fs::path& home, std::optional<int> release) {
    if (release) seen += "; found Java " + std::to_string(*release) + " in " + home.string();
  };
  if (const auto value = environment.Get("JAVA_HOME"); value && !value->empty()) {
    const auto release = ReleaseOf(*value, probe);
    if (IsGood(release)) return fs::path(*value);
    note(*value, release);
  }
  if (const auto java = OnPath(environment, "java", probe)) {
    fs::path home = probe.resolve(*java).parent_path().parent_path();
    const auto release = ReleaseOf(home, probe);
    if (IsGood(release)) return home;
    note(home, release);
  }
  const std::vector<fs::path> installed = probe.list("/usr/lib/jvm");
  for (const int wanted : kJavaReleases) {
    for (const fs::path& home : installed) {
      if (ReleaseOf(home, probe) == wanted) return home;
    }
  }
  return Fail(ErrorKind::kInternal,
              "no Java that Spark 3.5 runs on (17, 11 or 8) was found" + seen +
                  ": install the package openjdk-17-jre-headless and set JAVA_HOME, or " +
                  std::string(kInstall));
}

}  // namespace

std::optional<int> JavaFeatureRelease(std::string_view release_file) {
  constexpr std::string_view kLabel = "JAVA_VERSION=\"";
  const std::size_t at = release_file.find(kLabel);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view version = release_file.substr(at + kLabel.size());
  if (version.starts_with("1.")) version.remove_prefix(2);
  int release = 0;
  const auto [end, error] =
      std::from_chars(version.data(), version.data() + version.size(), release);
  if (error != std::errc{}) return std::nullopt;
  return release;
}

Result<LocalSparkSettings> FindLocalSpark(const Environment& environment,
                                          const fs::path& executable, const SparkProbe& probe) {
  LocalSparkSettings settings;
  ECM_TRY(settings.spark_home, FindSparkHome(environment, executable, probe));
  ECM_TRY(settings.python, FindPython(environment, settings.spark_home, probe));
  ECM_TRY(settings.java_home, FindJavaHome(environment, probe));
  return settings;
}

SparkProbe RealProbe() {
  SparkProbe probe;
  probe.exists = [](const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
  };
  probe.list = [](const fs::path& folder) {
    std::vector<fs::path> folders;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      std::error_code unreadable;
      if (entry->is_directory(unreadable)) folders.push_back(entry->path());
    }
    std::ranges::sort(folders);
    return folders;
  };
  probe.resolve = [](const fs::path& path) {
    std::error_code error;
    fs::path resolved = fs::canonical(path, error);
    return error ? path : resolved;
  };
  probe.read = [](const fs::path& path) {
    std::ifstream file(path);
    std::string text(4096, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
  };
  return probe;
}

}  // namespace ecm::local
