#include "config_bridge_policies.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "config_size.hpp"

namespace dragoman {

namespace {

using bridge::Carry;
using bridge::EditPolicy;
using bridge::LongText;

/// A value is named by its key, what is in a table by a longer path.
bool is_word(Settings& table, const std::string& key) {
  if (!table.has(key)) return false;
  const auto values = table.differences(Settings{});
  return std::find(values.begin(), values.end(), key) != values.end();
}

/// A policy that is a word alone, or `policy` in a table with `more`.
template <class More>
std::string read_word(Settings& table, const std::string& key, const std::vector<std::string>& choices, More more) {
  if (is_word(table, key)) return table.choice(key, choices.front(), choices);
  if (!table.has(key)) return {};
  Settings inner = table.table(key);
  const std::string word = inner.has("policy") ? inner.choice("policy", choices.front(), choices) : std::string{};
  more(inner);
  inner.finish();
  return word;
}

EditPolicy::How how_of(const std::string& word) {
  return word == "drop"     ? EditPolicy::How::drop
         : word == "new"    ? EditPolicy::How::as_new
         : word == "native" ? EditPolicy::How::native
                            : EditPolicy::How::suffix;
}

Carry carry_of(const std::string& word) {
  return word == "drop" ? Carry::drop : word == "native" ? Carry::native : Carry::as_text;
}

std::size_t read_count(Settings& table, std::string_view key, std::size_t usual, std::int64_t least,
                       std::int64_t most) {
  return static_cast<std::size_t>(table.number(key, static_cast<std::int64_t>(usual), least, most));
}

void read_edits(Settings& table, EditPolicy& edits) {
  const std::string word =
      read_word(table, "edits", {"native", "suffix", "text", "new", "drop"}, [&edits](Settings& inner) {
        if (inner.has("window")) edits.window = inner.duration("window", {});
        const std::vector<std::string> choices{"suffix", "text", "new", "drop"};
        if (inner.has("fallback")) edits.fallback = how_of(inner.choice("fallback", "suffix", choices));
      });
  if (!word.empty()) edits.how = how_of(word);
}

void read_replies(Settings& table, bridge::ReplyPolicy& replies) {
  const std::string word = read_word(table, "replies", {"native", "quote", "text", "drop"}, [&](Settings& inner) {
    if (inner.has("quote_len")) replies.quote_length = read_count(inner, "quote_len", 80, 1, 1000);
  });
  if (!word.empty()) replies.how = carry_of(word);
}

void read_reactions(Settings& table, Carry& reactions) {
  const std::string word = read_word(table, "reactions", {"native", "text", "drop"}, [](Settings&) {});
  if (!word.empty()) reactions = carry_of(word);
}

void read_long_text(Settings& table, LongText& policy) {
  if (!table.has("long_text")) return;
  Settings inner = table.table("long_text");
  policy.lines = read_count(inner, "lines", policy.lines, 1, 1000);
  policy.characters = read_count(inner, "chars", policy.characters, 1, 1000000);
  if (inner.has("overflow")) {
    const std::string overflow = inner.choice("overflow", "paste", {"paste", "split", "clip"});
    policy.overflow = overflow == "split"  ? LongText::Overflow::split
                      : overflow == "clip" ? LongText::Overflow::clip
                                           : LongText::Overflow::paste;
  }
  inner.finish();
}

void read_files(Settings& table, bridge::FilePolicy& policy) {
  if (!table.has("files")) return;
  Settings inner = table.table("files");
  if (const std::string size = inner.text("max"); !size.empty()) {
    const auto bytes = parse_size(size);
    if (!bytes) inner.problem("max", "'" + size + "' is no size; write it like \"20MiB\"");
    policy.most_bytes = bytes.value_or(0);
  }
  if (inner.has("irc")) policy.links = inner.choice("irc", "link", {"link", "name"}) == "link";
  if (inner.has("deny")) {
    policy.deny.clear();
    for (const std::string& pattern : inner.texts("deny")) policy.deny.push_back(text::fold_case(pattern));
  }
  inner.finish();
}

}  // namespace

bridge::Policies read_policies(Settings& table, const bridge::Policies& usual) {
  bridge::Policies policies = usual;
  read_edits(table, policies.edits);
  read_replies(table, policies.replies);
  read_reactions(table, policies.reactions);
  read_long_text(table, policies.long_text);
  read_files(table, policies.files);
  return policies;
}

}  // namespace dragoman
