// What a dialect makes of a topic alone.

internal import Traffic

/// A dialect's claim on one topic: how its payloads are read, and the ids that the topic states.
///
/// An object, so that whoever reads a message takes hold of one thing and not of every id.
final class TopicClaim: Sendable {
    let plan: ReadingPlan
    /// The rule's number among all of the dialects that are read together.
    let rule: Int
    /// The dialect's number among those that are read together.
    let dialect: Int
    private let productID: String?
    private let deviceID: String
    private let gatewayID: String?
    private let commandID: String?
    private let module: String?
    private let chunkIndex: Int64?

    /// The claim that a fitting template makes.
    init(
        _ plan: ReadingPlan,
        _ rule: Int,
        _ pattern: TopicPattern,
        _ levels: TopicLevels,
        in topic: RawSpan,
        dialect: Int = 0
    ) {
        self.plan = plan
        self.rule = rule
        self.dialect = dialect
        productID = pattern.captured(.product, of: levels, in: topic)
        deviceID = pattern.captured(.device, of: levels, in: topic) ?? ""
        gatewayID = pattern.captured(.gateway, of: levels, in: topic)
        commandID = pattern.captured(.command, of: levels, in: topic)
        module = pattern.captured(.module, of: levels, in: topic)
        chunkIndex = pattern.captured(.chunk, of: levels, in: topic).flatMap { Int64($0) }
    }

    /// The texts as far as the topic tells them.
    var texts: EventTexts {
        var texts = EventTexts(dialect: plan.dialect, rule: plan.rule, deviceID: deviceID)
        texts.productID = productID
        texts.gatewayID = gatewayID
        texts.commandID = commandID
        texts.module = module
        texts.chunkIndex = chunkIndex
        return texts
    }
}
