#include "gateway/complaint.hpp"

#include <gtest/gtest.h>

namespace dragoman::gateway::complaint_test {
namespace {

chat::Form account_form() {
  chat::Form form;
  form.fields.push_back({chat::Field::Kind::text, "nick", "Nickname", {}, {}, {}, true});
  form.fields.push_back({chat::Field::Kind::secret, "pass", {}, {}, {}, {}, false});
  return form;
}
Complaint read(const std::string& text, Fault fault = Fault::unacceptable) {
  return read_complaint({fault, text}, account_form());
}

TEST(Complaint, SaysTheLabelInsteadOfTheName) {
  EXPECT_EQ(read("nick: at most 300 bytes").field, "nick");
  EXPECT_EQ(read("nick: at most 300 bytes").text, "Nickname: at most 300 bytes.");
  EXPECT_EQ(read("nick: is that yours?").text, "Nickname: is that yours?");
  EXPECT_EQ(read("pass: at most 300 bytes").text, "pass: at most 300 bytes.") << "it has no label";
}

TEST(Complaint, OfNoFieldStaysAsItIs) {
  EXPECT_EQ(read("Not today: the network is closed.").field, "");
  EXPECT_EQ(read("Not today: the network is closed.").text, "Not today: the network is closed.");
  EXPECT_EQ(read("nick").text, "nick");
  EXPECT_EQ(read("").text, "");
}

TEST(Complaint, OfAConflictIsAboutTheNickname) {
  const Complaint taken = read("Somebody else has this nickname.", Fault::conflict);
  EXPECT_EQ(taken.field, "nick");
  EXPECT_EQ(taken.text, "Somebody else has this nickname.");
}

}  // namespace
}  // namespace dragoman::gateway::complaint_test
