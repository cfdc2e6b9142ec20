#include "xmpp/element.hpp"

#include <algorithm>

namespace dragoman::xmpp {

std::string_view Element::get(std::string_view attribute) const {
  for (const Attribute& candidate : attributes) {
    if (candidate.name == attribute) return candidate.value;
  }
  return {};
}

bool Element::has(std::string_view attribute) const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [attribute](const Attribute& candidate) { return candidate.name == attribute; });
}

Element& Element::set(std::string_view attribute, std::string_view value) {
  for (Attribute& candidate : attributes) {
    if (candidate.name != attribute) continue;
    candidate.value = value;
    return *this;
  }
  attributes.push_back({std::string{attribute}, std::string{value}});
  return *this;
}

void Element::unset(std::string_view attribute) {
  std::erase_if(attributes, [attribute](const Attribute& candidate) { return candidate.name == attribute; });
}

const Element* Element::child(std::string_view child_name, std::string_view child_ns) const {
  for (const Element& candidate : children) {
    if (candidate.is(child_name, child_ns)) return &candidate;
  }
  return nullptr;
}

const Element* Element::child_of(std::string_view child_ns) const {
  for (const Element& candidate : children) {
    if (!candidate.is_text() && candidate.ns == child_ns) return &candidate;
  }
  return nullptr;
}

std::size_t Element::element_count() const {
  return static_cast<std::size_t>(
      std::count_if(children.begin(), children.end(), [](const Element& child) { return !child.is_text(); }));
}

const Element* Element::first_element() const {
  for (const Element& candidate : children) {
    if (!candidate.is_text()) return &candidate;
  }
  return nullptr;
}

std::string Element::text() const {
  std::string joined;
  for (const Element& candidate : children) {
    if (candidate.is_text()) joined += candidate.content;
  }
  return joined;
}

std::string Element::child_text(std::string_view child_name, std::string_view child_ns) const {
  const Element* found = child(child_name, child_ns);
  return found == nullptr ? std::string{} : found->text();
}

Element& Element::add(std::string_view child_name, std::string_view child_ns) {
  // Made before it is put in: the views may point into a child of ours, which moves when the list grows.
  Element made{child_name, child_ns};
  return add(std::move(made));
}

Element& Element::add(Element child) {
  children.push_back(std::move(child));
  return children.back();
}

Element& Element::add_text_child(std::string_view child_name, std::string_view text) {
  add(child_name).set_text(text);
  return *this;
}

Element& Element::set_text(std::string_view text) {
  children.clear();
  if (text.empty()) return *this;
  children.emplace_back().content = text;
  return *this;
}

}  // namespace dragoman::xmpp
