#include "backends/webhook/template.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace dragoman::backends::webhook::template_test {
namespace {

using nlohmann::json;

std::string render(std::string_view source, const json& payload) {
  const auto compiled = Template::compile(source);
  if (!compiled) return "error: " + compiled.error().text;
  const auto out = compiled->render(payload);
  return out ? *out : "error: " + out.error().text;
}

const json pot = {{"name", "pot"},
                  {"hot", true},
                  {"cups", {{{"of", "tea"}, {"ml", 200}}, {{"of", "mate"}}}},
                  {"none", json::array()},
                  {"cold", false},
                  {"text", "one\ntwo"},
                  {"at", "2026-11-20T08:15:30Z"}};

TEST(WebhookTemplate, SaysValuesByTheirPaths) {
  EXPECT_EQ(render("{{name}} {{cups[0].of}} {{cups.1.of}} {{missing.thing}}.", pot), "pot tea mate .");
  EXPECT_EQ(render("{{{name}}} {{& name}} {{! nothing }}{{cups.0.ml}} {{hot}}", pot), "pot pot 200 true");
}

TEST(WebhookTemplate, RepeatsAndLeavesOut) {
  EXPECT_EQ(render("{{#cups}}{{of}}{{^ml}} (much){{/ml}} of {{name}}; {{/cups}}", pot),
            "tea of pot; mate (much) of pot; ");
  EXPECT_EQ(render("{{#hot}}hot{{/hot}}{{#cold}}cold{{/cold}}{{^none}} none{{/none}}", pot), "hot none");
  EXPECT_EQ(render("{{#list}}{{.}},{{/list}}", {{"list", {1, 2}}}), "1,2,");
  EXPECT_EQ(render("{{#cups}}\n- {{of}}\n{{/cups}}\nend", pot), "- tea\n- mate\nend");
}

TEST(WebhookTemplate, FiltersFromLeftToRight) {
  EXPECT_EQ(render("{{text|first_line|upper}}", pot), "ONE");
  EXPECT_EQ(render("{{name|trunc:2}} {{missing|default:\"a }} | b\"}}", pot), "p… a }} \\| b");
  EXPECT_EQ(render("{{at|date}} {{at|date:%H:%M}}", pot), "2026-11-20 08:15 UTC 08:15");
  EXPECT_EQ(render("{{cups|len}} {{name|len}} {{missing|len}}", pot), "2 3 0");
  EXPECT_EQ(render("{{name|code}}", {{"name", "a`b"}}), "`` a`b ``");
  EXPECT_EQ(render("{{name}} {{name|md}}", {{"name", "*x*"}}), "\\*x\\* *x*");
  EXPECT_EQ(render("{{u|url}} {{v|url}}", {{"u", "https://x.org"}, {"v", "javascript:x"}}),
            "<https://x.org> javascript:x");
}

TEST(WebhookTemplate, SaysWhereItIsWrong) {
  EXPECT_EQ(render("a\nbé {{#x}}\n{{/y}}", pot), "error: line 3, column 1: {{/y}} closes {{#x}}");
  EXPECT_EQ(render("a {{#x}}", pot), "error: line 1, column 3: {{#x}} is not closed");
  EXPECT_EQ(render("{{/x}}", pot), "error: line 1, column 1: {{/x}} closes nothing");
  EXPECT_EQ(render("{{x", pot), "error: line 1, column 1: {{ is not closed by }}");
  EXPECT_EQ(render("{{x|shout}}", pot),
            "error: line 1, column 1: there is no filter shout (trunc, first_line, code, url, md, default, date, "
            "upper, lower, len)");
  EXPECT_EQ(render("{{x|trunc:many}}", pot), "error: line 1, column 1: trunc takes a number: trunc:80");
  EXPECT_EQ(render("{{> other}}", pot),
            "error: line 1, column 1: templates have neither partials nor other delimiters");
  EXPECT_EQ(render("{{a..b}}", pot), "error: line 1, column 1: this is no path");
}

TEST(WebhookTemplate, EndsWhateverItIsGiven) {
  json many = json::array();
  for (int i = 0; i < 200; ++i) many.push_back(i);
  EXPECT_EQ(render("{{#m}}{{#m}}{{#m}}{{^m}}x{{/m}}{{/m}}{{/m}}{{/m}}", {{"m", many}}),
            "error: the template takes more than 10,000 steps");
  const std::string long_text = render("{{#m}}" + std::string(100, 'x') + "{{/m}}", {{"m", many}});
  EXPECT_EQ(long_text.size(), Template::longest_output);
  EXPECT_TRUE(long_text.ends_with("…"));
  EXPECT_EQ(render("{{#m}}{{x|trunc:1}}{{/m}}", {{"m", many}, {"x", std::string(100'000, 'x')}}),
            "error: the template reads more than 4 MiB of values");
  std::string deep, ends;
  for (int i = 0; i < 33; ++i) deep += "{{#a}}", ends += "{{/a}}";
  EXPECT_TRUE(render(deep + ends, {}).starts_with("error: line 1, column 193: more than 32 sections"));
}

}  // namespace
}  // namespace dragoman::backends::webhook::template_test
