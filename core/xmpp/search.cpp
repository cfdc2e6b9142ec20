#include "xmpp/search.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "xmpp/data_form.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

struct Column {
  const char* name;
  const char* label;
  std::string SearchFields::*field;
};
constexpr std::array<Column, 4> columns{{
    {"first", "First name", &SearchFields::first},
    {"last", "Last name", &SearchFields::last},
    {"nick", "Nickname", &SearchFields::nick},
    {"email", "E-mail address", &SearchFields::email},
}};
constexpr const char* most_name = "max";

/// How many results are wanted; 0 when that is not a number.
std::size_t read_most(std::string_view text) {
  std::size_t number = 0;
  const std::string_view digits = text::trim(text);
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc{} ? number : 0;
}

DataForm make_result_form(const std::vector<SearchItem>& items) {
  DataForm form;
  form.type = DataForm::Type::result;
  form.form_type = search_ns;
  form.title = "People found";
  form.reported.push_back({"jid", "jid-single", "Address", {}, false, {}, {}});
  for (const Column& column : columns) {
    form.reported.push_back({column.name, "text-single", column.label, {}, false, {}, {}});
  }
  for (const SearchItem& item : items) {
    auto& row = form.items.emplace_back();
    row.push_back({"jid", {}, {}, {}, false, {item.jid}, {}});
    for (const Column& column : columns) {
      row.push_back({column.name, {}, {}, {}, false, {item.fields.*column.field}, {}});
    }
  }
  return form;
}

}  // namespace

Element make_search_form(const Element& iq, const std::string& title, const std::string& instructions,
                         const std::string& key, std::size_t most) {
  Element result = make_result(iq);
  Element& query = result.add("query", search_ns);
  query.add_text_child("instructions", instructions);
  DataForm form;
  form.form_type = search_ns;
  form.title = title;
  form.instructions = instructions;
  for (const Column& column : columns) {
    query.add(column.name);
    form.add(column.name, "text-single").label = column.label;
  }
  form.add(most_name, "text-single", std::to_string(most)).label = "Results at most";
  if (!key.empty()) query.add_text_child("key", key);
  query.add(make_data_form(form));
  return result;
}

SearchRequest read_search(const Element& query) {
  SearchRequest request;
  request.key = query.child_text("key", search_ns);
  const auto take = [](std::string_view value) {
    return std::string{text::trim(text::without_controls(value, false))};
  };
  if (const auto form = find_data_form(query)) {
    request.by_form = true;
    request.cancelled = form->type == DataForm::Type::cancel;
    for (const Column& column : columns) request.fields.*column.field = take(form->value(column.name));
    request.most = read_most(form->value(most_name));
    return request;
  }
  for (const Column& column : columns) request.fields.*column.field = take(query.child_text(column.name, search_ns));
  return request;
}

Element make_search_result(const Element& iq, const std::vector<SearchItem>& items, bool by_form, bool truncated) {
  Element result = make_result(iq);
  Element& query = result.add("query", search_ns);
  if (by_form && !items.empty()) {
    query.add(make_data_form(make_result_form(items)));
  } else {
    for (const SearchItem& item : items) {
      Element& made = query.add("item");
      made.set("jid", item.jid);
      for (const Column& column : columns) made.add_text_child(column.name, item.fields.*column.field);
    }
  }
  if (truncated) query.add("truncated");
  return result;
}

}  // namespace dragoman::xmpp
