#include "base/settings.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

Settings settings(std::string_view toml) { return Settings::from_text(toml, "dragoman.toml"); }

TEST(Settings, GivesTypedValues) {
  Settings file = settings(R"(
text = "a"
flag = true
number = 42
time = "5m"
list = ["a", "b"]
level = "warn"
)");
  EXPECT_EQ(file.text("text"), "a");
  EXPECT_EQ(file.required("text", "a text"), "a");
  EXPECT_TRUE(file.flag("flag", false));
  EXPECT_EQ(file.number("number", 1, 0, 100), 42);
  EXPECT_EQ(file.duration("time", 1s), 5min);
  EXPECT_EQ(file.texts("list"), (Lines{"a", "b"}));
  EXPECT_EQ(file.choice("level", "info", {"warn", "info"}), "warn");
  EXPECT_TRUE(file.has("text"));
  file.finish();
  EXPECT_EQ(file.problems(), Lines{});
}

TEST(Settings, GivesTheFallbackForWhatIsMissing) {
  Settings file = settings("");
  EXPECT_EQ(file.text("text", "b"), "b");
  EXPECT_FALSE(file.flag("flag", false));
  EXPECT_EQ(file.number("number", 7, 0, 100), 7);
  EXPECT_EQ(file.duration("time", 3s), 3s);
  EXPECT_EQ(file.texts("list", {"x"}), Lines{"x"});
  EXPECT_EQ(file.choice("level", "info", {"warn", "info"}), "info");
  EXPECT_EQ(file.table("sub").number("number", 7, 0, 100), 7);
  EXPECT_TRUE(file.tables("network").empty());
  EXPECT_FALSE(file.has("text"));
  EXPECT_FALSE(file.is_off("flood"));
  file.finish();
  EXPECT_EQ(file.problems(), Lines{});
}

TEST(Settings, ReportsAnUnknownKeyWithItsPositionAndTheNearestName) {
  Settings file = settings("[xmpp]\nsevrer = \"a\"\n");
  Settings xmpp = file.table("xmpp");
  xmpp.text("server");
  xmpp.text("secret");
  xmpp.finish();
  EXPECT_EQ(file.problems(), Lines{"dragoman.toml:2:1: unknown key \"sevrer\" in [xmpp]: did you mean \"server\"?"});
}

TEST(Settings, ReportsAnUnknownKeyThatIsNearToNothingWithWhatMayStandThere) {
  Settings file = settings("[xmpp]\n  colour = \"a\"\n");
  Settings xmpp = file.table("xmpp");
  xmpp.text("server");
  xmpp.text("secret");
  xmpp.finish();
  EXPECT_EQ(
      file.problems(),
      Lines{"dragoman.toml:2:3: unknown key \"colour\" in [xmpp]: remove it; what may stand here: secret, server"});
}

TEST(Settings, ReportsAnUnknownTable) {
  Settings file = settings("[xmp]\nserver = \"a\"\n");
  file.table("xmpp");
  file.finish();
  EXPECT_EQ(file.problems(), Lines{"dragoman.toml:1:2: unknown key \"xmp\" in the file: did you mean \"xmpp\"?"});
}

TEST(Settings, ReportsAMissingValueWhereItsTableStands) {
  Settings file = settings("\n[xmpp]\n");
  file.table("xmpp").required("server", "the address of the XMPP server's component port, such as 127.0.0.1:5347");
  file.table("store").required("path", "the file of the database");
  EXPECT_EQ(file.problems(),
            (Lines{"dragoman.toml:1:1: \"path\" is missing in [store]: the file of the database",
                   "dragoman.toml:2:1: \"server\" is missing in [xmpp]: the address of the XMPP server's "
                   "component port, such as 127.0.0.1:5347"}));
}

TEST(Settings, ReportsAnEmptyValue) {
  Settings file = settings("[xmpp]\nserver = \"\"\n");
  file.table("xmpp").required("server", "host:port");
  EXPECT_EQ(file.problems(), Lines{"dragoman.toml:2:10: \"server\" is empty: host:port"});
}

TEST(Settings, SaysWhatWasExpectedAndWhatWasFound) {
  Settings file = settings("a = 1\nb = \"x\"\nc = 1.5\nd = 5\ne = \"x\"\nf = [\"x\", 2]\ng = true\nh = 2020-01-01\n");
  file.text("a");
  file.flag("b", true);
  file.number("c", 0, 0, 9);
  file.duration("d", 1s);
  file.texts("e");
  file.texts("f");
  file.choice("g", "x", {"x", "y"});
  file.table("h");
  file.tables("a");
  EXPECT_EQ(
      file.problems(),
      (Lines{
          "dragoman.toml:1:5: \"a\" must be text in quotes, not a whole number",
          "dragoman.toml:1:5: \"a\" must be given as [[a]] for each one, not a whole number",
          "dragoman.toml:2:5: \"b\" must be true or false, not text",
          "dragoman.toml:3:5: \"c\" must be a whole number, not a number with a fraction",
          "dragoman.toml:4:5: \"d\" must be a time in quotes with its unit, such as \"500ms\", \"2s\", \"5m\", \"1h\" "
          "or \"7d\", not a whole number",
          "dragoman.toml:5:5: \"e\" must be a list of texts, such as [\"one\", \"two\"], not text",
          "dragoman.toml:6:11: each item of \"f\" must be text in quotes, not a whole number",
          "dragoman.toml:7:5: \"g\" must be one of these in quotes: x, y, not true or false",
          "dragoman.toml:8:5: \"h\" must be a table, such as [h], not a date"}));
}

TEST(Settings, FallsBackWhereAValueIsWrong) {
  Settings file = settings("number = 70000\ntime = \"5 minutes\"\nlevel = \"wran\"\nflag = \"true\"\n");
  EXPECT_EQ(file.number("number", 5347, 1, 65535), 5347);
  EXPECT_EQ(file.duration("time", 3s), 3s);
  EXPECT_EQ(file.choice("level", "info", {"error", "warn", "info"}), "info");
  EXPECT_TRUE(file.flag("flag", true));
  EXPECT_EQ(
      file.problems(),
      (Lines{"dragoman.toml:1:10: \"number\" must be between 1 and 65535, not 70000",
             "dragoman.toml:2:8: \"time\" must be a time in quotes with its unit, such as \"500ms\", \"2s\", "
             "\"5m\", \"1h\" or \"7d\", not \"5 minutes\"",
             "dragoman.toml:3:9: \"level\" must be one of: error, warn, info; not \"wran\"; did you mean \"warn\"?",
             "dragoman.toml:4:8: \"flag\" must be true or false, not text"}));
}

TEST(Settings, NeverRepeatsATextThatMayBeASecret) {
  Settings file = settings("secret = [\"hunter2\"]\n");
  file.text("secret");
  file.number("secret", 0, 0, 1);
  for (const std::string& line : file.problems()) EXPECT_EQ(line.find("hunter2"), std::string::npos);
}

TEST(Settings, AllowsATableOrFalseWhenTheReaderAsksForThat) {
  Settings off = settings("flood = false\n");
  EXPECT_TRUE(off.is_off("flood"));
  EXPECT_EQ(off.table("flood").number("burst", 10, 1, 100), 10);
  EXPECT_EQ(off.problems(), Lines{});

  Settings on = settings("flood = { burst = 3 }\n");
  EXPECT_FALSE(on.is_off("flood"));
  EXPECT_EQ(on.table("flood").number("burst", 10, 1, 100), 3);
  EXPECT_EQ(on.problems(), Lines{});

  Settings wrong = settings("flood = true\n");
  EXPECT_FALSE(wrong.is_off("flood"));
  wrong.table("flood");
  EXPECT_EQ(wrong.problems(),
            Lines{"dragoman.toml:1:9: \"flood\" must be a table, such as [flood], or false, not true or false"});

  Settings never_off = settings("flood = false\n");
  never_off.table("flood");
  EXPECT_EQ(never_off.problems().size(), 1u);
}

TEST(Settings, GivesEachTableOfAnArrayWithItsOwnPosition) {
  Settings file = settings("[[network]]\njid = \"a\"\n[[network]]\n  [network.irc]\n  server = 5\n");
  const std::vector<Settings> networks = file.tables("network");
  ASSERT_EQ(networks.size(), 2u);
  Settings first = networks[0], second = networks[1];
  EXPECT_EQ(first.required("jid", "a domain"), "a");
  second.required("jid", "a domain");
  second.table("irc").text("server");
  EXPECT_EQ(first.where(), "dragoman.toml:1:1");
  EXPECT_EQ(second.where(), "dragoman.toml:3:1");
  EXPECT_EQ(first.where("jid"), "dragoman.toml:2:7");
  EXPECT_EQ(file.problems(), (Lines{"dragoman.toml:3:1: \"jid\" is missing in [network]: a domain",
                                    "dragoman.toml:5:12: \"server\" must be text in quotes, not a whole number"}));
}

TEST(Settings, ListsTheMistakesInTheOrderOfTheFileAndEachOnce) {
  Settings file = settings("a = 1\nb = 2\nc = 3\n");
  file.text("c");
  file.problem("b", "b is old: use a");
  file.text("a");
  file.text("c");
  file.problem("", "the whole is odd");
  EXPECT_EQ(file.problems(), (Lines{"dragoman.toml:1:1: the whole is odd",
                                    "dragoman.toml:1:5: \"a\" must be text in quotes, not a whole number",
                                    "dragoman.toml:2:5: b is old: use a",
                                    "dragoman.toml:3:5: \"c\" must be text in quotes, not a whole number"}));
}

TEST(Settings, CountsColumnsInCharacters) {
  Settings file = settings("x = { \"\u00e9\u00e9\" = 1, b = true }\n");
  file.table("x").text("b");
  EXPECT_EQ(file.problems(), Lines{"dragoman.toml:1:21: \"b\" must be text in quotes, not true or false"});
}

TEST(Settings, IsOneTableForAllItsCopies) {
  Settings file = settings("[xmpp]\nserver = \"a\"\nsecret = \"b\"\n");
  Settings xmpp = file.table("xmpp");
  Settings copy = xmpp, again = file.table("xmpp");
  copy.text("server");
  again.text("secret");
  Settings moved = std::move(copy);
  moved.finish();
  copy.finish();  // still looks at its table
  xmpp.finish();
  EXPECT_EQ(xmpp.problems(), Lines{});
}

TEST(Settings, OutlivesTheViewItCameFrom) {
  const auto inner = [] {
    Settings file = settings("[a.b]\nc = \"deep\"\n");
    return file.table("a").table("b");
  };
  Settings table = inner();
  EXPECT_EQ(table.text("c"), "deep");
  EXPECT_EQ(table.where("c"), "dragoman.toml:2:5");
}

TEST(Settings, ReportsBrokenTomlAsOneProblemAndNothingElse) {
  Settings file = settings("[xmpp]\nserver = \n");
  file.table("xmpp").required("server", "host:port");
  file.finish();
  const Lines problems = file.problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].substr(0, 60), "dragoman.toml:2:10: this is not TOML, correct it here: Error");
}

TEST(Settings, ReportsAKeyThatStandsTwice) {
  const Lines problems = settings("a = 1\na = 2\n").problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].substr(0, 19), "dragoman.toml:2:5: ");
}

TEST(Settings, ReportsAFileThatCannotBeRead) {
  Settings file = Settings::from_file("/nonexistent/dragoman.toml");
  file.required("jid", "a domain");
  EXPECT_EQ(file.problems(), Lines{"/nonexistent/dragoman.toml: cannot be read (No such file or directory): name the "
                                   "configuration with --config and let this user read it"});
  EXPECT_EQ(Settings::from_file("/").problems().size(), 1u);
}

TEST(Settings, ReadsAFile) {
  const std::filesystem::path path = std::filesystem::path{::testing::TempDir()} / "settings_test.toml";
  std::ofstream{path} << "a = \"b\"\n";
  Settings file = Settings::from_file(path.string());
  EXPECT_EQ(file.text("a"), "b");
  EXPECT_EQ(file.where("a"), path.string() + ":1:5");
  std::ofstream{path} << "";
  EXPECT_EQ(Settings::from_file(path.string()).problems(), Lines{});  // an empty file is a file
  std::filesystem::remove(path);
}

TEST(Durations, AreAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("36500d"), 24h * 36500);
}

TEST(Durations, AreNothingElse) {
  for (const std::string_view bad : {"", "5", "s", "-5s", "+5s", " 5s", "5 s", "5s ", "1.5h", "1h30m", "5x", "5M",
                                     "36501d", "99999999999999999999s", "9223372036854775807d", "0x5s"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Settings, NamesTheKeysThatDiffer) {
  const Settings before = settings(R"(
same = 1
text = "a"
list = ["a", "b"]
kind = true
gone = 1
[inner]
same = "x"
number = 1
[inner.deep]
time = "5m"
)");
  const Settings after = settings(R"(
same = 1
text = "b"
list = ["a"]
kind = "true"
inner = { same = "x", number = 2, deep = { time = "5m" } }
[new]
key = 1
)");
  EXPECT_EQ(before.differences(after), (Lines{"gone", "inner.number", "kind", "list", "new.key", "text"}));
  EXPECT_EQ(after.differences(before), before.differences(after));
  EXPECT_EQ(before.differences(before), Lines{});
}

TEST(Settings, NamesAKeyWhoseFileHoldsSomethingElse) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("dragoman-settings-" + std::to_string(getpid()));
  const auto read = [&file](const char* content) {
    std::ofstream{file} << content;
    const std::string line = "file = \"" + file.string() + "\"\n";
    Settings of_it = settings(line + "[inner]\n" + line + "[[list]]\n" + line);
    EXPECT_EQ(of_it.path("file"), file.string());
    of_it.table("inner").path("file");
    of_it.tables("list").at(0).path("file");
    return of_it;
  };
  const Settings before = read("one"), after = read("two"), again = read("two");
  EXPECT_EQ(before.differences(after), (Lines{"file", "inner.file", "list"}));
  EXPECT_EQ(after.differences(again), Lines{});
  std::filesystem::remove(file);
}

TEST(Settings, DifferWhereATableBecomesAValue) {
  EXPECT_EQ(settings("flood = { burst = 1 }").differences(settings("flood = false")), Lines{"flood"});
  EXPECT_EQ(settings("flood = { burst = 1 }").differences(settings("")), Lines{"flood.burst"});
}

}  // namespace
}  // namespace dragoman
