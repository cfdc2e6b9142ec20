#include "gateway/part_of.hpp"

namespace dragoman::gateway {

namespace {

struct PartOf {
  const chat::Network& network;

  std::string operator()(const chat::JoinRoom& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::LeaveRoom& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::ConfigureRoom& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::SetStanding& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::SetTopic& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::SetNickname& command) const { return command.part; }
  std::string operator()(const chat::SetProfile&) const { return {}; }
  std::string operator()(const chat::SetPresence&) const { return {}; }
  std::string operator()(const chat::Invite& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::DeclineInvite& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::RequestVoice& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::AddContact& command) const { return network.part_of(command.person); }
  std::string operator()(const chat::RemoveContact& command) const { return network.part_of(command.person); }
  std::string operator()(const chat::AnswerContact& command) const { return network.part_of(command.person); }
  std::string operator()(const chat::Block& command) const { return network.part_of(command.person); }
  std::string operator()(const chat::SendMessage& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::EditMessage& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::RetractMessage& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::React& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::SetTyping& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::MarkRead& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::ListRooms& command) const { return command.part; }
  std::string operator()(const chat::SearchPeople& command) const { return command.part; }
  std::string operator()(const chat::ListStandings& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::GetRoomForm& command) const { return network.part_of(command.room); }
  std::string operator()(const chat::GetHistory& command) const { return part_of(network, command.conversation); }
  std::string operator()(const chat::GetProfile& command) const { return network.part_of(command.person); }
  std::string operator()(const chat::GetPicture&) const { return {}; }
  std::string operator()(const chat::SetPicture&) const { return {}; }
  std::string operator()(const chat::Ping& command) const {
    return command.person.empty() ? command.part : network.part_of(command.person);
  }
  std::string operator()(const chat::AskClient& command) const { return network.part_of(command.person); }
  std::string operator()(const chat::Run& command) const { return command.part; }
};

}  // namespace

std::string part_of(const chat::Network& network, const chat::Command& command) {
  if (!network.in_parts()) return {};
  return std::visit(PartOf{network}, command);
}

}  // namespace dragoman::gateway
