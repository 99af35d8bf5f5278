#include "local/spark_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "env/testing/sim_env.h"
#include "local/machine.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using Variables = std::map<std::string, std::string>;
using testing::HasSubstr;

/// A machine with these files; a folder exists if a file lies in it.
SparkProbe Probe(std::map<std::string, std::string> files) {
  SparkProbe probe;
  probe.exists = [files](const fs::path& path) { return files.contains(path.string()); };
  probe.list = [files](const fs::path& folder) {
    std::set<fs::path> found;
    const std::string parent = folder.string() + "/";
    for (const auto& [file, text] : files) {
      if (file.starts_with(parent))
        found.insert(parent +
                     file.substr(parent.size(), file.find('/', parent.size()) - parent.size()));
    }
    return std::vector<fs::path>(found.begin(), found.end());
  };
  probe.resolve = [files](const fs::path& path) {
    const auto link = files.find(path.string());
    return link != files.end() && link->second.starts_with("-> ") ? fs::path(link->second.substr(3))
                                                                  : path;
  };
  probe.read = [files](const fs::path& path) {
    const auto file = files.find(path.string());
    return file == files.end() ? std::string() : file->second;
  };
  return probe;
}

const std::map<std::string, std::string>& Installed() {
  static const std::map<std::string, std::string> kFiles{
      {"/project/.venv/lib/python3.11/site-packages/pyspark/bin/spark-submit", ""},
      {"/project/.venv/bin/python3", ""},
      {"/usr/bin/java", "-> /usr/lib/jvm/java-25/bin/java"},
      {"/usr/lib/jvm/java-25/bin/java", ""},
      {"/usr/lib/jvm/java-25/release", "JAVA_VERSION=\"25.0.1\"\n"},
      {"/usr/lib/jvm/a-java-11/bin/java", ""},
      {"/usr/lib/jvm/a-java-11/release", "JAVA_VERSION=\"11.0.2\"\n"},
      {"/usr/lib/jvm/java-17/bin/java", ""},
      {"/usr/lib/jvm/java-17/release", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.21\"\n"}};
  return kFiles;
}

constexpr const char* kProgram = "/project/build/release/bin/emrctl";

TEST(FindLocalSparkTest, FindsTheVirtualEnvironmentAboveTheProgram) {
  const auto found =
      FindLocalSpark(MapEnvironment(Variables{{"PATH", "/usr/bin"}}), kProgram, Probe(Installed()));
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->spark_home, "/project/.venv/lib/python3.11/site-packages/pyspark");
  EXPECT_EQ(found->python, "/project/.venv/bin/python3");
}

TEST(FindLocalSparkTest, PassesOverAJavaThatSparkDoesNotRunOn) {
  EXPECT_EQ(
      FindLocalSpark(MapEnvironment(Variables{{"PATH", "/usr/bin"}}), kProgram, Probe(Installed()))
          ->java_home,
      "/usr/lib/jvm/java-17");
  const MapEnvironment wrong(Variables{{"JAVA_HOME", "/usr/lib/jvm/java-25"}});
  EXPECT_EQ(FindLocalSpark(wrong, kProgram, Probe(Installed()))->java_home, "/usr/lib/jvm/java-17");
  const MapEnvironment right(Variables{{"JAVA_HOME", "/usr/lib/jvm/a-java-11"}});
  EXPECT_EQ(FindLocalSpark(right, kProgram, Probe(Installed()))->java_home,
            "/usr/lib/jvm/a-java-11");
}

TEST(FindLocalSparkTest, TheEnvironmentWins) {
  auto files = Installed();
  files["/opt/spark/bin/spark-submit"] = "";
  files["/opt/other/bin/spark-submit"] = "";
  const MapEnvironment both(Variables{{"EMRCTL_SPARK_HOME", "/opt/spark"},
                                      {"SPARK_HOME", "/opt/other"},
                                      {"PYSPARK_PYTHON", "/opt/python"}});
  const auto found = FindLocalSpark(both, kProgram, Probe(files));
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->spark_home, "/opt/spark");
  EXPECT_EQ(found->python, "/opt/python");
}

TEST(FindLocalSparkTest, SaysWhichVariableIsWrong) {
  for (const char* value : {"/nowhere", "relative/spark"}) {
    const auto found = FindLocalSpark(MapEnvironment(Variables{{"SPARK_HOME", value}}), kProgram,
                                      Probe(Installed()));
    ASSERT_FALSE(found.has_value());
    EXPECT_THAT(found.error().message, HasSubstr(std::string("SPARK_HOME is ") + value));
  }
}

TEST(FindLocalSparkTest, SaysWhatToRunWhenSparkOrJavaIsMissing) {
  const auto spark =
      FindLocalSpark(MapEnvironment(Variables{}), "/usr/local/bin/emrctl", Probe(Installed()));
  ASSERT_FALSE(spark.has_value());
  EXPECT_THAT(spark.error().message, HasSubstr("`bash scripts/quickstart`"));
  auto files = Installed();
  std::erase_if(files, [](const auto& file) {
    return file.first.find("17") != std::string::npos ||
           file.first.find("a-java-11") != std::string::npos;
  });
  const auto java =
      FindLocalSpark(MapEnvironment(Variables{{"PATH", "/usr/bin"}}), kProgram, Probe(files));
  ASSERT_FALSE(java.has_value());
  EXPECT_THAT(java.error().message, HasSubstr("found Java 25 in /usr/lib/jvm/java-25"));
  EXPECT_THAT(java.error().message, HasSubstr("openjdk-17-jre-headless"));
}

TEST(JavaFeatureReleaseTest, ReadsOldAndNewVersions) {
  EXPECT_EQ(JavaFeatureRelease("JAVA_VERSION=\"1.8.0_412\"\n"), 8);
  EXPECT_EQ(JavaFeatureRelease("X=1\nJAVA_VERSION=\"17\"\n"), 17);
  EXPECT_FALSE(JavaFeatureRelease("").has_value());
  EXPECT_FALSE(JavaFeatureRelease("JAVA_VERSION=\"x\"").has_value());
}

TEST(MachineTest, ReadsTheKernelsFiles) {
  EXPECT_EQ(ParseMemTotal("MemTotal:       24608764 kB\nMemFree: 1 kB\n"),
            std::int64_t{24608764} * 1024);
  EXPECT_EQ(ParseMemTotal(""), 0);
  EXPECT_EQ(ParseMemoryMax("max\n"), 0);
  EXPECT_EQ(ParseMemoryMax("1073741824\n"), 1073741824);
  EXPECT_EQ(ParseCpuMax("max 100000\n"), 0);
  EXPECT_EQ(ParseCpuMax("150000 100000\n"), 1);
  EXPECT_EQ(ParseCpuMax("50000 100000\n"), 1);
  EXPECT_EQ(ParseCpuMax("400000 100000\n"), 4);
}

TEST(MachineTest, ThisOneHasAProcessorAndMemory) {
  EXPECT_GE(ReadMachine().cores, 1);
  EXPECT_GT(ReadMachine().memory_bytes, 0);
}

}  // namespace
}  // namespace ecm::local
