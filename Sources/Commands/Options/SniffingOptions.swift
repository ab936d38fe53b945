// What is sniffed, and where the packets are kept.

import ArgumentParser
import Pipeline

/// The wire side of `record`; where tcpdump has an option for the same, its letter is ours.
struct SniffingOptions: ParsableArguments {
    /// What `--interface` takes for granted.
    private static let defaults = InterfacePlan(name: "")
    /// What `--write` takes for granted.
    private static let defaultFiles = PacketFileSettings(path: "")

    @Option(name: [.customShort("i"), .long], help: "Interface to sniff, such as eth0, lo or any.")
    var interface: String?

    @Option(help: "Sniff this TCP port and look-ups of names only, in place of a filter; repeatable.")
    var port: [UInt16] = []

    @Option(
        name: [.customShort("Z"), .long],
        help: ArgumentHelp(
            "Become this user once the interface is open; the store and all files are then that user's.",
            valueName: "name"
        )
    )
    var user: String?

    @Option(
        name: [.customShort("B"), .long],
        help:
            "The kernel's ring for packets not read yet (default: \(ByteSize(defaults.ringBytes).defaultValueDescription))."
    )
    var ringBuffer: ByteSize?

    @Flag(
        help: ArgumentHelp(
            "Read each packet at once, not up to 10 ms later.",
            discussion:
                "The kernel then keeps a fixed frame for each packet, so that its ring holds far fewer of them."
        )
    )
    var immediateMode = false

    @Option(
        help: """
            Memory for packets that wait to be decoded; what does not fit goes to the disk \
            (default: \(ByteSize(defaults.queueBytes).defaultValueDescription)).
            """
    )
    var queueSize: ByteSize?

    @Option(
        help: """
            Disk beside the store for packets that wait; what does not fit is dropped and counted. 0 puts nothing there \
            (default: \(ByteSize(defaults.spoolBytes).defaultValueDescription)).
            """
    )
    var packetSpool: ByteSize?

    @Option(name: [.customShort("w"), .long], help: "Keep the sniffed packets in this pcap file too.")
    var write: String?

    @Option(
        name: [.customShort("C"), .long],
        help: "Begin the next packet file after so many bytes, such as 100MB."
    )
    var fileSize: ByteSize?

    @Option(name: [.customShort("G"), .long], help: "Begin the next packet file after so long, such as 1h.")
    var fileTime: TimeSpan?

    @Option(
        name: [.customShort("W"), .long],
        help: "Leave so many packet files, those of earlier runs included; the oldest go."
    )
    var fileCount: Int?

    @Option(
        help: ArgumentHelp(
            "Write packets only when a session fails: those of the last while, such as 5m.",
            valueName: "time"
        )
    )
    var keepLast: TimeSpan?

    @Option(
        help:
            "Memory for the packets of --keep-last (default: \(ByteSize(defaultFiles.keepLastBytes).defaultValueDescription))."
    )
    var keepLastSize: ByteSize?

    @Option(
        help: """
            Disk for the files of --keep-last; the oldest go, the newest stays \
            (default: \(ByteSize(Int(defaultFiles.keepLastDiskBytes)).defaultValueDescription)).
            """
    )
    var keepLastDisk: ByteSize?

    @Argument(help: "BPF filter for the interface.")
    var filter: [String] = []

    func validate() throws {
        // Whether there is a filter too many is looked at later: it may be the value of an option that is not known.
        try checkInterface()
        guard !port.contains(0) else { throw ValidationError("--port: there is no TCP port 0.") }
        guard filter.isEmpty || port.isEmpty else {
            throw ValidationError("Give a filter or --port, not both: a filter says which ports.")
        }
        let needsFile = fileSize != nil || fileTime != nil || fileCount != nil || keepLast != nil
        guard write != nil || !needsFile else {
            throw ValidationError("--file-size, --file-time, --file-count and --keep-last need --write FILE.")
        }
        guard keepLast == nil || (fileSize == nil && fileTime == nil) else {
            throw ValidationError(
                "--keep-last writes a file for each failure: leave --file-size and --file-time out."
            )
        }
        guard keepLast != nil || keepLastSize == nil else {
            throw ValidationError("--keep-last-size needs --keep-last.")
        }
        guard keepLast != nil || keepLastDisk == nil else {
            throw ValidationError("--keep-last-disk needs --keep-last.")
        }
        try checkLimits()
    }

    /// Refuses options that would be of no use without an interface.
    private func checkInterface() throws {
        guard interface == nil else { return }
        let given = [
            ("--port", !port.isEmpty), ("--user", user != nil), ("--write", write != nil),
            ("--ring-buffer", ringBuffer != nil), ("--immediate-mode", immediateMode),
            ("--queue-size", queueSize != nil), ("--packet-spool", packetSpool != nil),
        ].filter(\.1).map(\.0)
        guard given.isEmpty else {
            throw ValidationError(
                "Without an --interface there is no use for \(given.joined(separator: ", ")); name one."
            )
        }
    }

    private func checkLimits() throws {
        if let ringBuffer { try LimitRange.check("ring-buffer", ringBuffer, (64 << 10)...(2 << 30 - 1)) }
        if let queueSize { try LimitRange.check("queue-size", queueSize, (64 << 10)...(1 << 40)) }
        if let packetSpool { try LimitRange.check("packet-spool", packetSpool, 0...(1 << 40)) }
        if let keepLastSize { try LimitRange.check("keep-last-size", keepLastSize, (64 << 10)...(1 << 40)) }
        if let keepLastDisk { try LimitRange.check("keep-last-disk", keepLastDisk, (64 << 10)...(1 << 50)) }
        if let fileSize { try LimitRange.check("file-size", fileSize, (64 << 10)...(1 << 50)) }
        if let fileCount { try LimitRange.check("file-count", fileCount, 1...1_000_000) }
        if let fileTime { try LimitRange.check("file-time", fileTime, atLeast: .seconds(1)) }
        if let keepLast { try LimitRange.check("keep-last", keepLast, atLeast: .seconds(1)) }
    }

    /// The interface to sniff; `nil` when none was named.
    var plan: InterfacePlan? {
        guard let interface else { return nil }
        var plan = InterfacePlan(name: interface)
        if !filter.isEmpty { plan.filter = filter.joined(separator: " ") }
        if !port.isEmpty { plan.filter = InterfacePlan.filter(ports: port) }
        if let ringBuffer { plan.ringBytes = ringBuffer.count }
        plan.isImmediate = immediateMode
        if let queueSize { plan.queueBytes = queueSize.count }
        if let packetSpool { plan.spoolBytes = packetSpool.count }
        plan.packetFiles = write.map { path in
            var files = PacketFileSettings(path: path)
            files.maxBytes = fileSize.map { Int64($0.count) }
            files.maxDuration = fileTime?.duration
            files.count = fileCount
            files.keepLast = keepLast?.duration
            if let keepLastSize { files.keepLastBytes = keepLastSize.count }
            if let keepLastDisk { files.keepLastDiskBytes = Int64(keepLastDisk.count) }
            return files
        }
        return plan
    }
}
