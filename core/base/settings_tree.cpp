#include "base/settings_tree.hpp"

#include <algorithm>

#include "base/settings_table.hpp"

namespace dragoman {

namespace {

TomlTree tree_of(const toml::node& node) {
  TomlTree tree;
  tree.line = position_of(node.source()).line;
  if (const auto* table = node.as_table()) {
    tree.kind = TomlTree::Kind::table;
    for (const auto& [key, value] : *table) tree.entries.emplace_back(std::string{key.str()}, tree_of(value));
    // toml++ sorts them by name.
    std::stable_sort(tree.entries.begin(), tree.entries.end(),
                     [](const auto& a, const auto& b) { return a.second.line < b.second.line; });
  } else if (const auto* list = node.as_array()) {
    tree.kind = TomlTree::Kind::list;
    for (const toml::node& item : *list) tree.items.push_back(tree_of(item));
  } else if (const auto* text = node.as_string()) {
    tree.kind = TomlTree::Kind::text;
    tree.text = text->get();
  } else if (const auto* flag = node.as_boolean()) {
    tree.kind = TomlTree::Kind::flag;
    tree.flag = flag->get();
  } else {
    tree.kind = TomlTree::Kind::other;
  }
  return tree;
}

}  // namespace

Result<TomlTree> TomlTree::parse(std::string_view toml) {
  const toml::parse_result parsed = toml::parse(toml);
  if (parsed) return tree_of(parsed.table());
  return failure(Fault::malformed, "line " + std::to_string(position_of(parsed.error().source()).line) + " is no TOML");
}

const TomlTree& TomlTree::at(std::string_view key) const {
  static const TomlTree nothing;
  const auto found =
      std::find_if(entries.begin(), entries.end(), [key](const auto& each) { return each.first == key; });
  return found == entries.end() ? nothing : found->second;
}

}  // namespace dragoman
