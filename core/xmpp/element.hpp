#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman::xmpp {

/// A node of a stanza: an element, or (name empty) a piece of text between elements. Namespaces are resolved by the
/// parser; each XEP is a pair of functions over this, read_x(const Element&) and make_x(...).
struct Element {
  struct Attribute {
    std::string name;  ///< "xml:lang" keeps its prefix, other prefixed attributes are dropped by the parser
    std::string value;
    bool operator==(const Attribute&) const = default;
  };

  std::string name;
  std::string ns;
  std::vector<Attribute> attributes;
  std::vector<Element> children;
  std::string content;  ///< of a text node only

  Element() = default;
  Element(std::string_view element_name, std::string_view element_ns) : name(element_name), ns(element_ns) {}
  bool operator==(const Element&) const = default;

  bool is_text() const { return name.empty(); }
  bool is(std::string_view element_name, std::string_view element_ns) const {
    return name == element_name && ns == element_ns;
  }

  /// The value, or an empty text when the attribute is missing.
  std::string_view get(std::string_view attribute) const;
  bool has(std::string_view attribute) const;
  Element& set(std::string_view attribute, std::string_view value);
  void unset(std::string_view attribute);

  /// The first child with this name and namespace, or nullptr.
  const Element* child(std::string_view child_name, std::string_view child_ns) const;
  /// The first child element of this namespace, or nullptr.
  const Element* child_of(std::string_view child_ns) const;
  std::size_t element_count() const;
  /// The first child that is an element, or nullptr.
  const Element* first_element() const;
  /// All direct text, joined.
  std::string text() const;
  /// Text of the first child with this name and namespace, or an empty text.
  std::string child_text(std::string_view child_name, std::string_view child_ns) const;

  /// Appends a child and returns it. `add(name)` inherits this element's namespace.
  Element& add(std::string_view child_name) { return add(child_name, ns); }
  Element& add(std::string_view child_name, std::string_view child_ns);
  Element& add(Element child);
  /// Appends <name>text</name> in this namespace and returns *this.
  Element& add_text_child(std::string_view child_name, std::string_view text);
  Element& set_text(std::string_view text);
};

}  // namespace dragoman::xmpp
