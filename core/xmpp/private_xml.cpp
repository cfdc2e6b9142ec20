#include "xmpp/private_xml.hpp"

#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

Result<const Element*> read_private(const Element& query) {
  const Element* root = query.first_element();
  if (root == nullptr || query.element_count() != 1) {
    return failure(Fault::unacceptable, "A query for private data holds exactly one element; ask for each by itself.");
  }
  if (root->ns.empty() || root->ns == private_ns) {
    return failure(Fault::unacceptable, "Private data are an element with a namespace of its own.");
  }
  return root;
}

std::string private_key(const Element& root) { return root.name + ' ' + root.ns; }

Element make_private(const Element& iq, Element root) {
  Element result = make_result(iq);
  result.add("query", private_ns).add(std::move(root));
  return result;
}

}  // namespace dragoman::xmpp
