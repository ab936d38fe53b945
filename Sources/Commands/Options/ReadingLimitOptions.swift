// How much is remembered while packets are read.

import ArgumentParser
import Pipeline

/// The bounds of reading packets, the same in every subcommand that does; what they cut is counted and said.
struct ReadingLimitOptions: ParsableArguments {
    private static let defaults = ReadingLimits()

    @Option(help: "TCP connections followed at once; beyond, the least valuable is given up.")
    var maxFlows = defaults.connections

    @Option(
        help:
            "Memory for all that waits: bytes behind holes, unfinished packets, open requests; such as 64MB."
    )
    var maxReassembly = ByteSize(defaults.heldBytes)

    @Option(help: "Bytes that wait behind a hole in one direction of a connection, such as 512KB.")
    var maxReassemblyPerFlow = ByteSize(defaults.heldBytesPerDirection)

    @Option(help: "How long missing bytes are waited for, such as 500ms, 120s or 5m.")
    var maxHoleTime = TimeSpan(defaults.holeTime)

    @Option(help: "Silence after which a connection is forgotten, such as 30m or 24h.")
    var maxIdle = TimeSpan(defaults.idleTime)

    @Option(
        help:
            "Largest MQTT packet that comes in several segments; at most half of --max-reassembly, such as 1MB."
    )
    var maxPacketSize = ByteSize(defaults.controlPacketBytes)

    @Option(help: "Largest head of an HTTP message, such as 16KB.")
    var maxHeadSize = ByteSize(defaults.headBytes)

    @Option(help: "HTTP requests of one connection that wait for their answer.")
    var maxWaitingRequests = defaults.waitingRequests

    @Option(help: "IP datagrams being put together from fragments, of up to 64 KB each.")
    var maxFragmented = defaults.fragmentedDatagrams

    @Option(help: "Topics that MQTT 5 aliases stand for, per direction of a connection, such as 1MB.")
    var maxAliases = ByteSize(defaults.aliasBytes)

    @Option(help: "MQTT sessions remembered beyond their connection, to know what is sent again.")
    var maxMqttSessions = defaults.resumableSessions

    @Option(help: "HTTP bodies measured at once.")
    var maxBodies = defaults.bodies

    func validate() throws {
        try LimitRange.check("max-flows", maxFlows, 1...(1 << 28))
        try LimitRange.check("max-reassembly", maxReassembly, (64 << 10)...(1 << 40))
        try LimitRange.check("max-reassembly-per-flow", maxReassemblyPerFlow, (4 << 10)...(1 << 40))
        try LimitRange.check("max-hole-time", maxHoleTime, atLeast: .milliseconds(1))
        try LimitRange.check("max-idle", maxIdle, atLeast: .seconds(1))
        try LimitRange.check("max-packet-size", maxPacketSize, 128...(256 << 20))
        try LimitRange.check("max-head-size", maxHeadSize, 256...(1 << 30))
        try LimitRange.check("max-waiting-requests", maxWaitingRequests, 1...(1 << 28))
        try LimitRange.check("max-fragmented", maxFragmented, 1...(1 << 20))
        try LimitRange.check("max-aliases", maxAliases, 0...(1 << 30))
        try LimitRange.check("max-mqtt-sessions", maxMqttSessions, 0...(1 << 24))
        try LimitRange.check("max-bodies", maxBodies, 0...(1 << 24))
        guard maxPacketSize.count <= maxReassembly.count / 2 else {
            throw ValidationError(
                """
                --max-reassembly \(maxReassembly.defaultValueDescription) is less than twice --max-packet-size \
                \(maxPacketSize.defaultValueDescription): give both, an MQTT packet takes up to twice its size.
                """
            )
        }
    }

    /// The limits as given.
    var limits: ReadingLimits {
        var limits = ReadingLimits()
        limits.connections = maxFlows
        limits.heldBytes = maxReassembly.count
        limits.heldBytesPerDirection = maxReassemblyPerFlow.count
        limits.holeTime = maxHoleTime.duration
        limits.idleTime = maxIdle.duration
        limits.controlPacketBytes = maxPacketSize.count
        limits.headBytes = maxHeadSize.count
        limits.waitingRequests = maxWaitingRequests
        limits.fragmentedDatagrams = maxFragmented
        limits.aliasBytes = maxAliases.count
        limits.resumableSessions = maxMqttSessions
        limits.bodies = maxBodies
        return limits
    }
}
