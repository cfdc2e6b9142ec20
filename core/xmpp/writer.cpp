#include "xmpp/writer.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/xml_escape.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::size_t address_part_limit = 1023;
// A stanza of the stream has no xmlns; this stands for "the stream's".
constexpr std::uint32_t of_stream = UINT32_MAX;

/// "domain", "local@domain" and the same with "/resource": every part that is announced is there and short enough.
struct Shape {
  std::string_view local, domain, resource;
  bool good = false;  ///< local part and domain are clean too

  explicit Shape(std::string_view address) {
    const std::size_t slash = address.find('/');
    const bool has_resource = slash != std::string_view::npos;
    if (has_resource) {
      resource = address.substr(slash + 1);
      address = address.substr(0, slash);
    }
    const std::size_t at = address.find('@');
    const bool has_local = at != std::string_view::npos;
    if (has_local) local = address.substr(0, at);
    domain = has_local ? address.substr(at + 1) : address;
    good = (!has_resource || !resource.empty()) && (!has_local || !local.empty()) && !domain.empty() &&
           local.size() <= address_part_limit && domain.size() <= address_part_limit &&
           resource.size() <= address_part_limit && is_clean(address) && domain.find('@') == domain.npos &&
           address.find(' ') == address.npos;
  }
};

/// All of them, with one look at how much room there is.
void append_all(std::string& out, std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  std::size_t at = out.size();
  out.resize(at + size);
  for (const std::string_view piece : pieces) at += piece.copy(out.data() + at, piece.size());
}

}  // namespace

bool Writer::refuse(Fault fault, const char* problem) {
  if (problem_ == nullptr) {
    fault_ = fault;
    problem_ = problem;
  }
  return false;
}

/// False when the stanza is refused already or grows over the limit: nothing is copied then.
bool Writer::fits(std::size_t more) {
  if (problem_ != nullptr) return false;
  if (out_.size() - start_ + more > stanza_limit) return refuse(Fault::too_long, "the stanza is larger than 256 KiB");
  return true;
}

void Writer::start(std::string_view name) {
  take_back();
  start_ = out_.size();
  problem_ = nullptr;
  tag_open_ = false;
  if (name != "message" && name != "presence" && name != "iq") {
    refuse(Fault::malformed, "a stanza is a message, a presence or an iq");
    return;
  }
  out_ += '<';
  out_ += name;
  open_[0].name = {1, static_cast<std::uint32_t>(name.size())};
  open_[0].ns = {of_stream, 0};
  depth_ = 1;
  attributes_ = 0;
  tag_open_ = true;
}

void Writer::address_to(std::string_view to) {
  const Shape shape{to};
  if (!shape.good) {
    refuse(Fault::malformed, "the address in to is missing or malformed");
    return;
  }
  if (!is_clean(shape.resource)) return attribute("to", to);
  if (fits(to.size()) && remember("to")) append_all(out_, {" to='", to, "'"});
}

void Writer::begin(std::string_view name, std::string_view from, std::string_view to) {
  start(name);
  const Shape shape{from};
  if (!shape.good || shape.domain != domain_) {
    refuse(Fault::malformed, "the address in from is malformed or not of this component");
    return;
  }
  attribute("from", from);
  address_to(to);
}

void Writer::begin_prepared(std::string_view name, std::string_view from_bare, std::string_view from_resource,
                            std::string_view to) {
  start(name);
  const std::size_t local = from_bare.size() > domain_.size() ? from_bare.size() - domain_.size() : 0;
  const bool ours = from_bare.ends_with(domain_) && (local == 0 || (local > 1 && from_bare[local - 1] == '@'));
  // One @ and no /: the rest of the shape was checked when the address was prepared.
  const bool shaped = local == 0 || (from_bare.find('@') == local - 1 && from_bare.find('/') == from_bare.npos);
  if (!ours || !shaped) {
    refuse(Fault::malformed, "the address in from is malformed or not of this component");
    return;
  }
  attribute_prepared("from", from_bare, from_resource);
  address_to(to);
}

void Writer::attribute_prepared(std::string_view name, std::string_view bare, std::string_view resource) {
  if (!fits(name.size() + bare.size() + resource.size())) return;
  if (!tag_open_ || !is_escaped(bare) || !is_escaped(resource)) {
    refuse(Fault::malformed, "an attribute after the content of its element, or one that is not escaped");
    return;
  }
  if (!remember(name)) return;
  const std::string_view slash{"/", resource.empty() ? 0U : 1U};
  append_all(out_, {" ", name, "='", bare, slash, resource, "'"});
}

/// Notes the name of an attribute that is written next, at the end of the buffer behind a space.
bool Writer::remember(std::string_view attribute) {
  if (attributes_ == attribute_limit) return refuse(Fault::malformed, "an element has too many attributes");
  for (std::size_t i = 0; i < attributes_; ++i) {
    if (at(names_[i]) == attribute) return refuse(Fault::malformed, "an element has the same attribute twice");
  }
  names_[attributes_++] = {static_cast<std::uint32_t>(out_.size() - start_ + 1),
                           static_cast<std::uint32_t>(attribute.size())};
  return true;
}

void Writer::attribute(std::string_view name, std::string_view value) {
  if (!fits(name.size() + value.size())) return;
  if (!tag_open_) {
    refuse(Fault::internal, "an attribute after the content of its element");
    return;
  }
  if (name == "xmlns" || (name != "xml:lang" && !is_xml_name(name))) {
    refuse(Fault::malformed, "an attribute has a name that XML does not allow");
    return;
  }
  if (!remember(name)) return;
  if (is_clean(value)) return append_all(out_, {" ", name, "='", value, "'"});
  append_all(out_, {" ", name, "='"});
  append_escaped(out_, value);
  out_ += '\'';
}

void Writer::finish_tag() {
  if (!tag_open_) return;
  out_ += '>';
  tag_open_ = false;
}

void Writer::open(std::string_view name, std::string_view ns) {
  if (!fits(name.size() + ns.size())) return;
  if (depth_ == 0 || depth_ == depth_limit) {
    refuse(Fault::malformed, depth_ == 0 ? "an element outside of a stanza" : "the stanza is nested too deeply");
    return;
  }
  if (!is_xml_name(name)) {
    refuse(Fault::malformed, "an element has a name that XML does not allow");
    return;
  }
  append_all(out_, {tag_open_ ? "><" : "<", name});
  const Piece parent = open_[depth_ - 1].ns;
  Open& opened = open_[depth_++];
  opened.name = {static_cast<std::uint32_t>(out_.size() - start_ - name.size()),
                 static_cast<std::uint32_t>(name.size())};
  opened.ns = parent;
  attributes_ = 0;
  tag_open_ = true;
  if (ns.empty()) return;
  // What stands in the buffer is escaped: only a clean namespace can be compared with it.
  const bool inherited = parent.at == of_stream ? ns == ns::component : ns == at(parent) && is_clean(ns);
  if (inherited || !remember("xmlns")) return;
  out_ += " xmlns='";
  opened.ns.at = static_cast<std::uint32_t>(out_.size() - start_);
  append_escaped(out_, ns);
  opened.ns.size = static_cast<std::uint32_t>(out_.size() - start_) - opened.ns.at;
  out_ += '\'';
}

void Writer::text(std::string_view text) {
  if (text.empty() || !fits(text.size())) return;
  if (depth_ == 0) {
    refuse(Fault::internal, "text outside of a stanza");
    return;
  }
  finish_tag();
  append_escaped_text(out_, text);
}

void Writer::close() {
  if (problem_ != nullptr) return;
  if (depth_ <= 1) {
    refuse(Fault::internal, "more elements are closed than were opened");
    return;
  }
  const Piece name = open_[--depth_].name;
  if (tag_open_) {
    out_ += "/>";
    tag_open_ = false;
    return;
  }
  // Room first: the name stands in the buffer that grows.
  out_.reserve(out_.size() + name.size + 3);
  append_all(out_, {"</", at(name), ">"});
}

void Writer::element(const Element& element) {
  if (problem_ != nullptr) return;
  if (element.is_text()) {
    text(element.content);
    return;
  }
  open(element.name, element.ns);
  for (const Element::Attribute& each : element.attributes) attribute(each.name, each.value);
  for (const Element& child : element.children) {
    // A tree that is too deep is refused by open(); going on would only deepen the call stack.
    if (problem_ != nullptr) return;
    this->element(child);
  }
  close();
}

Result<void> Writer::end() {
  if (problem_ == nullptr && depth_ == 0) refuse(Fault::internal, "a stanza that was never begun");
  while (problem_ == nullptr && depth_ > 1) close();
  if (problem_ == nullptr) {
    if (tag_open_) {
      out_ += "/>";
    } else {
      out_ += "</";
      out_.append(out_, start_ + open_[0].name.at, open_[0].name.size);
      out_ += '>';
    }
    fits(0);
  }
  depth_ = 0;
  tag_open_ = false;
  if (problem_ != nullptr) out_.resize(start_);
  // With depth 0 nothing is taken back any more; start_ stays, so that name() can be asked.
  if (problem_ == nullptr) return {};
  Error error = failure(fault_, problem_);
  problem_ = nullptr;
  return error;
}

Result<void> Writer::stanza(const Element& stanza) {
  begin(stanza.name, stanza.get("from"), stanza.get("to"));
  if (!stanza.ns.empty() && stanza.ns != ns::component) refuse(Fault::malformed, "a stanza of another namespace");
  for (const Element::Attribute& each : stanza.attributes) {
    if (each.name != "from" && each.name != "to") attribute(each.name, each.value);
  }
  for (const Element& child : stanza.children) element(child);
  return end();
}

}  // namespace dragoman::xmpp
