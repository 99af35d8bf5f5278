#include "local/jar_step.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace ecm::local {
namespace {

constexpr std::string_view kHadoop = "spark.hadoop.";

/// What Spark 3.5 needs of Java 17 (JavaModuleOptions); Java 8 ignores it by the first option.
constexpr std::array<const char*, 17> kModuleOptions{
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.net=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
    "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
    "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
    "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
    "-Djdk.reflect.useDirectMethodHandle=false"};

std::string XmlText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        // XML 1.0 cannot hold the other control characters at all.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::vector<std::string> JarCommand(const emr_model::StepLaunch& launch,
                                    const LocalSparkSettings& spark, const SparkConf& conf,
                                    long long heap_mib, const std::string& tmp) {
  std::vector<std::string> argv{(spark.java_home / "bin" / "java").string(),
                                fmt::format("-Xmx{}m", heap_mib)};
  argv.insert(argv.end(), kModuleOptions.begin(), kModuleOptions.end());
  argv.push_back("-Djava.io.tmpdir=" + tmp);
  argv.push_back("-Dderby.system.home=" + tmp);
  for (const auto& [key, value] : conf) argv.push_back("-D" + key + "=" + value);
  for (const auto& [key, value] : launch.properties) {
    if (!IsReserved(key)) argv.push_back("-D" + key + "=" + value);
  }
  // Relative: a colon in the state folder's path would cut the list.
  argv.push_back("-cp");
  argv.push_back(fmt::format("conf:{}:{}/jars/*", kStepJar, spark.spark_home.string()));
  if (launch.main_class.empty()) {
    argv.insert(argv.end(), {"org.apache.hadoop.util.RunJar", kStepJar});
  } else {
    argv.push_back(launch.main_class);
  }
  argv.insert(argv.end(), launch.args.begin(), launch.args.end());
  return argv;
}

std::string CoreSite(const SparkConf& conf) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<configuration>\n";
  for (const auto& [key, value] : conf) {
    if (!key.starts_with(kHadoop)) continue;
    text += "<property><name>" + XmlText(std::string_view(key).substr(kHadoop.size())) +
            "</name><value>" + XmlText(value) + "</value></property>\n";
  }
  return text + "</configuration>\n";
}

}  // namespace ecm::local
