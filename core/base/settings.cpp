#include "base/settings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace dragoman {

struct SourcePosition {
  std::uint32_t line = 0, column = 0;  // from 1; 0 = the file as a whole
  auto operator<=>(const SourcePosition&) const = default;
};

namespace {

SourcePosition position_of(const toml::source_region& source) { return {source.begin.line, source.begin.column}; }

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date and time";
  }
  return "something else";
}

std::string quoted(std::string_view name) { return '"' + std::string{name} + '"'; }

template <class Names>
std::string listed(const Names& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + std::string{name};
  return list;
}

/// The name that was probably meant, or nothing.
template <class Names>
std::string nearest(std::string_view name, const Names& names) {
  const std::size_t tolerated = std::max<std::size_t>(1, name.size() / 3);
  std::string best;
  std::size_t best_distance = tolerated + 1;
  for (const auto& candidate : names) {
    const std::size_t distance = text::distance(text::ascii_lower(name), candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

/// Returns 0, or the errno of what failed.
int read_file(const std::string& path, std::string& content) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file{std::fopen(path.c_str(), "rbe")};
  if (file == nullptr) return errno;
  char block[16384];
  while (const std::size_t got = std::fread(block, 1, sizeof block, file.get())) content.append(block, got);
  return std::ferror(file.get()) != 0 ? errno : 0;
}

bool same(const toml::node& a, const toml::node& b) {
  return a.visit([&b](const auto& value) {
    using Node = std::remove_cvref_t<decltype(value)>;
    const Node* other = b.as<Node>();
    return other != nullptr && value == *other;
  });
}

/// Notes the keys that differ, `path` in front of them. A missing table is an empty one.
void compare(const toml::table* a, const toml::table* b, const std::string& path, std::vector<std::string>& found) {
  std::set<std::string> keys;
  for (const toml::table* table : {a, b}) {
    if (table == nullptr) continue;
    for (const auto& [key, node] : *table) keys.emplace(key.str());
  }
  for (const std::string& key : keys) {
    const toml::node* in_a = a == nullptr ? nullptr : a->get(key);
    const toml::node* in_b = b == nullptr ? nullptr : b->get(key);
    const bool tables = (in_a == nullptr || in_a->is_table()) && (in_b == nullptr || in_b->is_table());
    if (tables) {
      compare(in_a == nullptr ? nullptr : in_a->as_table(), in_b == nullptr ? nullptr : in_b->as_table(),
              path + key + '.', found);
    } else if (in_a == nullptr || in_b == nullptr || !same(*in_a, *in_b)) {
      found.push_back(path + key);
    }
  }
}

}  // namespace

struct Settings::File {
  std::string name;
  toml::table root;
  bool broken = false;  // one problem says so; what follows from it is not worth a line each
  std::multimap<SourcePosition, std::string> problems;

  std::string at(SourcePosition position) const {
    if (position.line == 0) return name;
    return name + ':' + std::to_string(position.line) + ':' + std::to_string(position.column);
  }
  void note(SourcePosition position, std::string text) {
    if (broken) return;
    const auto [begin, end] = problems.equal_range(position);
    const bool known = std::any_of(begin, end, [&](const auto& entry) { return entry.second == text; });
    if (!known) problems.emplace(position, std::move(text));
  }
};

struct Settings::Table {
  const toml::table* values;  // in File::root; null when the file does not have this table
  SourcePosition position;    // of a missing table: where it would belong
  std::string path;           // "network.irc"; empty: the file's root
  std::set<std::string, std::less<>> asked, may_be_off;
  std::map<std::string, std::shared_ptr<Table>, std::less<>> tables;

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return values == nullptr ? nullptr : values->get(key);
  }
  SourcePosition position_at(std::string_view key) const {
    const toml::node* node = values == nullptr || key.empty() ? nullptr : values->get(key);
    return node == nullptr ? position : position_of(node->source());
  }
  std::string path_to(std::string_view key) const { return (path.empty() ? "" : path + '.') + std::string{key}; }
  std::string title() const { return path.empty() ? "the file" : '[' + path + ']'; }
  std::string wrong_type(std::string_view key, std::string_view expected, const toml::node& found) const {
    return quoted(key) + " must be " + std::string{expected} + ", not " + std::string{type_name(found)};
  }
};

Settings::Settings(std::shared_ptr<File> file, std::shared_ptr<Table> table)
    : file_(std::move(file)), table_(std::move(table)) {}

Settings::Settings() : Settings(from_text({}, {})) {}

Settings Settings::from_file(const std::string& path) {
  std::string content;
  if (const int error = read_file(path, content); error != 0) {
    Settings settings = from_text({}, path);
    settings.file_->note({}, "cannot be read (" + std::string{std::strerror(error)} +
                                 "): name the configuration with --config and let this user read it");
    settings.file_->broken = true;
    return settings;
  }
  return from_text(content, path);
}

Settings Settings::from_text(std::string_view toml, std::string name) {
  auto file = std::make_shared<File>();
  file->name = std::move(name);
  toml::parse_result parsed = toml::parse(toml);
  if (parsed) {
    file->root = std::move(parsed).table();
  } else {
    const toml::parse_error& error = parsed.error();
    file->note(position_of(error.source()), "this is not TOML, correct it here: " + std::string{error.description()});
    file->broken = true;
  }
  auto table = std::make_shared<Table>();
  table->values = &file->root;
  table->position = {1, 1};
  return {std::move(file), std::move(table)};
}

bool Settings::has(std::string_view key) const { return table_->find(key) != nullptr; }

std::string Settings::text(std::string_view key, std::string_view fallback) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return std::string{fallback};
  if (const auto* value = node->as_string()) return value->get();
  problem(key, table_->wrong_type(key, "text in quotes", *node));
  return std::string{fallback};
}

std::string Settings::required(std::string_view key, std::string_view advice) {
  std::string value = text(key);
  const toml::node* node = table_->find(key);
  if (node == nullptr) {
    problem(key, quoted(key) + " is missing in " + table_->title() + ": " + std::string{advice});
  } else if (node->is_string() && value.empty()) {
    problem(key, quoted(key) + " is empty: " + std::string{advice});
  }
  return value;
}

bool Settings::flag(std::string_view key, bool fallback) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  if (const auto* value = node->as_boolean()) return value->get();
  problem(key, table_->wrong_type(key, "true or false", *node));
  return fallback;
}

bool Settings::is_off(std::string_view key) {
  table_->may_be_off.emplace(key);
  const toml::node* node = table_->find(key);
  return node != nullptr && node->is_boolean() && !node->as_boolean()->get();
}

std::int64_t Settings::number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    problem(key, table_->wrong_type(key, "a whole number", *node));
    return fallback;
  }
  if (value->get() >= least && value->get() <= most) return value->get();
  problem(key, quoted(key) + " must be between " + std::to_string(least) + " and " + std::to_string(most) + ", not " +
                   std::to_string(value->get()));
  return fallback;
}

Duration Settings::duration(std::string_view key, Duration fallback) {
  static constexpr std::string_view example =
      R"(a time in quotes with its unit, such as "500ms", "2s", "5m", "1h" or "7d")";
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  const auto* value = node->as_string();
  if (value == nullptr) {
    problem(key, table_->wrong_type(key, example, *node));
    return fallback;
  }
  if (const auto parsed = parse_duration(value->get())) return *parsed;
  problem(key, quoted(key) + " must be " + std::string{example} + ", not " + quoted(value->get()));
  return fallback;
}

std::vector<std::string> Settings::texts(std::string_view key, std::vector<std::string> fallback) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    problem(key, table_->wrong_type(key, R"(a list of texts, such as ["one", "two"])", *node));
    return fallback;
  }
  std::vector<std::string> values;
  for (const toml::node& item : *list) {
    if (const auto* value = item.as_string()) {
      values.push_back(value->get());
    } else {
      file_->note(position_of(item.source()),
                  "each item of " + quoted(key) + " must be text in quotes, not " + std::string{type_name(item)});
    }
  }
  return values;
}

std::string Settings::choice(std::string_view key, std::string_view fallback, const std::vector<std::string>& choices) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return std::string{fallback};
  const std::string list = listed(choices);
  const auto* value = node->as_string();
  if (value == nullptr) {
    problem(key, table_->wrong_type(key, "one of these in quotes: " + list, *node));
    return std::string{fallback};
  }
  if (std::find(choices.begin(), choices.end(), value->get()) != choices.end()) return value->get();
  const std::string meant = nearest(value->get(), choices);
  problem(key, quoted(key) + " must be one of: " + list + "; not " + quoted(value->get()) +
                   (meant.empty() ? "" : "; did you mean " + quoted(meant) + '?'));
  return std::string{fallback};
}

Settings Settings::table(std::string_view key) {
  std::shared_ptr<Table>& child = table_->tables[std::string{key}];
  const toml::node* node = table_->find(key);
  if (child != nullptr) return {file_, child};
  child = std::make_shared<Table>();
  child->values = node == nullptr ? nullptr : node->as_table();
  child->path = table_->path_to(key);
  child->position = table_->position_at(key);
  const bool off = node != nullptr && table_->may_be_off.contains(key) && is_off(key);
  if (node != nullptr && child->values == nullptr && !off) {
    const std::string expected = "a table, such as [" + child->path + ']';
    problem(key, table_->wrong_type(key, table_->may_be_off.contains(key) ? expected + ", or false" : expected, *node));
  }
  return {file_, child};
}

std::vector<Settings> Settings::tables(std::string_view key) {
  std::vector<Settings> all;
  const toml::node* node = table_->find(key);
  if (node == nullptr) return all;
  const std::string path = table_->path_to(key), expected = "given as [[" + path + "]] for each one";
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    problem(key, table_->wrong_type(key, expected, *node));
    return all;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const toml::node& item = (*list)[i];
    if (!item.is_table()) {
      file_->note(position_of(item.source()), table_->wrong_type(key, expected, item));
      continue;
    }
    std::shared_ptr<Table>& child = table_->tables[std::string{key} + '#' + std::to_string(i)];
    if (child == nullptr) {
      child = std::make_shared<Table>();
      child->values = item.as_table();
      child->path = path;
      child->position = position_of(item.source());
    }
    all.push_back({file_, child});
  }
  return all;
}

void Settings::problem(std::string_view key, std::string_view text) {
  file_->note(table_->position_at(key), std::string{text});
}

std::vector<std::string> Settings::differences(const Settings& other) const {
  std::vector<std::string> found;
  compare(table_->values, other.table_->values, {}, found);
  return found;
}

void Settings::finish() {
  if (table_->values == nullptr) return;
  for (const auto& [key, node] : *table_->values) {
    const std::string_view name = key.str();
    if (table_->asked.contains(name)) continue;
    const std::string meant = nearest(name, table_->asked);
    const std::string advice = !meant.empty()          ? "did you mean " + quoted(meant) + '?'
                               : table_->asked.empty() ? "remove it"
                                                       : "remove it; what may stand here: " + listed(table_->asked);
    const SourcePosition position = position_of(key.source());
    file_->note(position.line != 0 ? position : position_of(node.source()),
                "unknown key " + quoted(name) + " in " + table_->title() + ": " + advice);
  }
}

std::vector<std::string> Settings::problems() const {
  std::vector<std::string> lines;
  for (const auto& [position, text] : file_->problems) lines.push_back(file_->at(position) + ": " + text);
  return lines;
}

std::string Settings::where(std::string_view key) const { return file_->at(table_->position_at(key)); }

}  // namespace dragoman
