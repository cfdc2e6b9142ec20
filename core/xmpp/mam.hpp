#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/rsm.hpp"
#include "xmpp/writer.hpp"

// XEP-0313: archives of messages, with the fields of urn:xmpp:mam:2#extended.
//   <query xmlns='urn:xmpp:mam:2' queryid='f27'><x xmlns='jabber:x:data' type='submit'>...</x><set/></query>
namespace dragoman::xmpp {

inline constexpr std::string_view mam_extended = "urn:xmpp:mam:2#extended";

/// What somebody wants of an archive. Ids are text as they wrote it; empty parts do not restrict.
struct ArchiveRequest {
  std::string query_id;
  std::optional<Jid> with;
  std::optional<Timestamp> start, end;
  std::string before_id, after_id;
  std::vector<std::string> ids;
  PageRequest page;
  bool flipped = false;  ///< the newest of the page first
};
/// Fault::malformed: not a form of this kind, no date, no JID, no number. Fault::unsupported: a field that is not known
/// (4.1.6). The text says which.
Result<ArchiveRequest> read_archive_request(const Element& query);

/// <query/> with the form that says what may be asked for (4.1.6).
Element make_archive_form();

/// The answer behind the last message of a page (4.3): <fin complete='true'/> with its <set/>.
Element make_fin(bool complete, Element page);

/// The first and the last message of an archive (5); an empty archive has neither.
struct ArchiveEnd {
  std::string id;
  Timestamp time{};
};
Element make_archive_metadata(const std::optional<ArchiveEnd>& first, const std::optional<ArchiveEnd>& last);

/// Opens <result><forwarded> with its <delay/> in a message that is begun; the archived message follows inside, then
/// close() twice.
void open_archive_result(Writer& writer, std::string_view query_id, std::string_view id, Timestamp time);

}  // namespace dragoman::xmpp
