// Reads stored messages by their ids, many of them one after the other.

import Dialects
import GRDB
import Traffic

/// Reads messages by the places of their columns; what many of them share is read once and remembered, within bounds.
///
/// Lives within one transaction.
final class MessageLookup {
    /// Topics, and connections, that are remembered before the memory begins anew.
    private static let memoryLimit = 32_768
    /// Bytes of topics that are remembered.
    private static let topicBytesLimit = 8 << 20

    /// What messages of one connection share.
    private struct Leg {
        var vantage: Vantage
        var clientID: String?
        var client: Endpoint?
    }

    private let findMessage: RowStatement
    private let findLeg: RowStatement
    private let findTopic: RowStatement
    private let findRule: RowStatement
    private var legs: [Int64: Leg] = [:]
    private var topics: [Int64: [UInt8]] = [:]
    private var topicBytes = 0
    private var rules: [Int64: StoredRule] = [:]

    /// Prepares to read from `db`.
    init(in db: Database) throws {
        findMessage = try RowStatement(Statements.messageRow, in: db)
        findLeg = try RowStatement(Statements.connectionRow, in: db)
        findTopic = try RowStatement(Statements.topicBytes, in: db)
        findRule = try RowStatement(Statements.ruleRow, in: db)
    }

    /// A message; `nil` when there is none of that id.
    func message(_ id: Int64) throws -> StoredMessage? {
        findMessage.bind(id, at: 1)
        return try findMessage.row { try message(id, at: $0) } ?? nil
    }

    private func message(_ id: Int64, at row: borrowing RowStatement.Row) throws -> StoredMessage? {
        guard let leg = try leg(withID: row.number(at: 0)) else { return nil }
        var reading: MessageReading?
        if let ruleID = row.numberIfSet(at: 2), let rule = try rule(withID: ruleID) {
            reading = self.reading(rule, row)
        }
        return StoredMessage(
            id: id,
            message: Message(
                recordedAt: Timestamp(nanoseconds: row.number(at: 3)),
                vantage: leg.vantage,
                direction: row.number(at: 4) == 0 ? .fromBroker : .toBroker,
                clientID: leg.clientID,
                client: leg.client,
                topic: try topic(withID: row.number(at: 1)),
                payload: row.bytes(at: 9),
                qos: UInt8(exactly: row.number(at: 5)).flatMap(QoS.init) ?? .atMostOnce,
                isRetained: row.number(at: 6) != 0,
                isDuplicate: row.number(at: 7) != 0,
                packetID: row.numberIfSet(at: 8).flatMap(UInt16.init(exactly:))
            ),
            reading: reading
        )
    }

    private func reading(_ rule: StoredRule, _ row: borrowing RowStatement.Row) -> MessageReading {
        var reading = MessageReading(
            dialect: rule.dialect,
            rule: rule.name,
            event: rule.event,
            deviceID: row.textIfSet(at: 10) ?? ""
        )
        reading.commandID = row.textIfSet(at: 11)
        reading.claimedAt = row.numberIfSet(at: 12).map(Timestamp.init(nanoseconds:))
        reading.percent = row.doubleIfSet(at: 13)
        reading.downloadedBytes = row.numberIfSet(at: 14)
        reading.totalBytes = row.numberIfSet(at: 15)
        reading.bytesPerSecond = row.doubleIfSet(at: 16)
        reading.isOK = row.numberIfSet(at: 17).map { $0 != 0 }
        reading.version = row.textIfSet(at: 18)
        reading.code = row.textIfSet(at: 19)
        return reading
    }

    private func leg(withID id: Int64) throws -> Leg? {
        if let known = legs[id] { return known }
        if legs.count >= Self.memoryLimit { legs.removeAll(keepingCapacity: true) }
        findLeg.bind(id, at: 1)
        let found = try findLeg.row { row in
            Leg(
                vantage: Vantage(recordingID: row.number(at: 0), connection: Int(row.number(at: 1))),
                clientID: row.textIfSet(at: 2),
                client: row.textIfSet(at: 3).flatMap(Endpoint.init(text:))
            )
        }
        legs[id] = found
        return found
    }

    private func topic(withID id: Int64) throws -> [UInt8] {
        if let known = topics[id] { return known }
        if topics.count >= Self.memoryLimit || topicBytes >= Self.topicBytesLimit {
            topics.removeAll(keepingCapacity: true)
            topicBytes = 0
        }
        findTopic.bind(id, at: 1)
        let found = try findTopic.row { $0.bytes(at: 0) } ?? []
        topics[id] = found
        topicBytes += found.count
        return found
    }

    /// Rules are as many as definitions have messages: few.
    private func rule(withID id: Int64) throws -> StoredRule? {
        if let known = rules[id] { return known }
        findRule.bind(id, at: 1)
        let found: StoredRule? = try findRule.row { row in
            let event: UpgradeEvent.Kind = try Row.named(row.textIfSet(at: 2) ?? "", in: "event")
            return StoredRule(
                dialect: row.textIfSet(at: 0) ?? "",
                name: row.textIfSet(at: 1) ?? "",
                event: event
            )
        }
        rules[id] = found
        return found
    }
}
