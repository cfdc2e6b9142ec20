#include "backends/matrix/json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

// JSON of strangers: what would stop a sync does not.

namespace dragoman::backends::matrix::json_test {
namespace {

using nlohmann::json;

/// What is read, as JSON again; "no: ..." for an error.
std::string read(const std::string& text, const JsonLimits& limits = {}) {
  const auto value = parse_json(text, limits);
  return value ? dump_json(*value) : "no: " + value.error().text;
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(MatrixJson, ReplacesHalvesOfSurrogatePairs) {
  EXPECT_EQ(read(R"(["a\ud800b"])"), "[\"a\uFFFDb\"]");
  EXPECT_EQ(read(R"(["\udc00"])"), "[\"\uFFFD\"]");
  EXPECT_EQ(read(R"(["\ud800\ud800"])"), "[\"\uFFFD\uFFFD\"]");
  EXPECT_EQ(read(R"(["\uD800\u0041"])"), "[\"\uFFFDA\"]");
  EXPECT_EQ(read(R"({"\ud800":1})"), "{\"\uFFFD\":1}") << "in names too";
  EXPECT_EQ(read(R"(["\ud83d\ude00"])"), "[\"😀\"]") << "a whole pair is one character";
  EXPECT_EQ(read(R"(["\\ud800"])"), R"(["\\ud800"])") << "a backslash, and then text";
}

TEST(MatrixJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(read("[\"a\xff\"]"), "[\"a\uFFFD\"]");
  EXPECT_EQ(read("[\"\xED\xA0\x80\"]"), "[\"\uFFFD\uFFFD\uFFFD\"]") << "a surrogate written as three bytes";
}

TEST(MatrixJson, ReadsNumbersThatNothingCanHoldAsNothing) {
  EXPECT_EQ(read("[1e999,-1e999,1]"), "[null,null,1]");
  EXPECT_EQ(read("[" + std::string(400, '9') + "]"), "[null]");
  EXPECT_EQ(read(R"({"a":"1e999"})"), R"({"a":"1e999"})") << "a text is no number";
  EXPECT_EQ(read("[1e30]"), "[9007199254740991]") << "floats are never sent";
}

TEST(MatrixJson, LeavesOutWhatIsNestedTooDeeply) {
  EXPECT_EQ(read(nested(256)), nested(256));
  EXPECT_EQ(read(nested(257)), std::string(256, '[') + R"("")" + std::string(256, ']'));
  EXPECT_EQ(read(R"({"events":[{"a":{"b":[{}]}},{"a":[1,"]}"],"b":{}},{"c":1}]})", {.depth = 3}),
            R"({"events":[{"a":""},{"a":"","b":""},{"c":1}]})")
      << "one event does not cost the others";
  EXPECT_EQ(read(std::string(1'000'000, '[')), "no: not JSON");
  EXPECT_EQ(read(R"([["\)", {.depth = 1}), "no: not JSON");
  EXPECT_EQ(read("[\"" + std::string(1000, '[') + "\"]").size(), 1004u) << "brackets in a text are no levels";
  EXPECT_EQ(read(R"(["\"[[[[["])", {.depth = 1}), R"(["\"[[[[["])");
}

TEST(MatrixJson, RefusesWhatIsTooLargeOrNoJson) {
  EXPECT_EQ(read("[1,2,3,4]", {.bytes = 8}), "no: more than 8 bytes of JSON");
  for (const std::string bad : {"", "<html>502</html>", "{", "[1,]", "{\"a\":}", "\"\\u12\"", "\"", "\"\\", "nul"}) {
    EXPECT_EQ(read(bad), "no: not JSON") << bad;
  }
}

TEST(MatrixJson, TakesWhatHasAnotherTypeAsMissing) {
  const json value = json::parse(R"({"text":"x","number":5,"float":5.5,"whole":6.0,"large":99999999999999999999,
    "edge":9007199254740993,"object":{"a":1},"array":[1],"yes":true,"null":null})");
  for (const char* key : {"number", "object", "array", "yes", "null", "missing"}) EXPECT_EQ(text_at(value, key), "");
  for (const char* key : {"text", "float", "large", "edge", "object", "null", "missing"}) {
    EXPECT_EQ(number_at(value, key), std::nullopt) << key;
  }
  EXPECT_EQ(text_at(value, "text"), "x");
  EXPECT_EQ(number_at(value, "number"), 5);
  EXPECT_EQ(number_at(value, "whole"), 6);
  EXPECT_TRUE(object_at(value, "array").empty() && object_at(value, "array").is_object());
  EXPECT_EQ(object_at(value, "object").size(), 1u);
  EXPECT_TRUE(array_at(value, "object").empty() && array_at(value, "object").is_array());
  EXPECT_TRUE(flag_at(value, "yes"));
  EXPECT_FALSE(flag_at(value, "number"));
  EXPECT_TRUE(flag_at(value, "missing", true));
  for (const json& no_object : {json(5), json("x"), json::array({1}), json()}) {
    EXPECT_EQ(text_at(no_object, "a"), "");
    EXPECT_EQ(number_at(no_object, "a"), std::nullopt);
    EXPECT_TRUE(object_at(no_object, "a").empty());
  }
}

TEST(MatrixJson, ReadsLevelsThatOldRoomsWroteAsText) {
  EXPECT_EQ(level_of(json(50)), 50);
  EXPECT_EQ(level_of(json(" 50 ")), 50);
  EXPECT_EQ(level_of(json("+50")), 50);
  EXPECT_EQ(level_of(json("-1")), -1);
  for (const json& bad : {json("fifty"), json("50.5"), json(""), json("99999999999999999999"), json::array(), json()}) {
    EXPECT_EQ(level_of(bad), std::nullopt) << bad;
  }
}

TEST(MatrixJson, WritesOnlyWhatHomeserversTake) {
  EXPECT_EQ(dump_json({{"a", 1.5}, {"b", json::array({2.0, -1e300, 3})}}), R"({"a":2,"b":[2,-9007199254740991,3]})");
  EXPECT_EQ(dump_json(json("a\xff")), "\"a\uFFFD\"");
  EXPECT_EQ(dump_json(json(std::uint64_t{1} << 60)), "9007199254740991");
}

}  // namespace
}  // namespace dragoman::backends::matrix::json_test
