// The import table: which room may import what. README's module table says the same in words.

/// What one target may import: our own targets, and others' modules.
struct ImportRule {
    let ours: Set<String>
    let others: Set<String>
}

/// One row per target under Sources; a target without a row fails the tests.
let importTable: [String: ImportRule] = [
    "Traffic": ImportRule(ours: [], others: []),
    "Wire": ImportRule(ours: ["Traffic"], others: ["BasicContainers", "DequeModule", "OrderedCollections"]),
    "Dialects": ImportRule(ours: ["Traffic"], others: ["Yams"]),
    "Sessions": ImportRule(ours: ["Traffic", "Dialects"], others: ["DequeModule"]),
    "Verdicts": ImportRule(ours: ["Traffic", "Dialects", "Sessions"], others: []),
    "Waiting": ImportRule(ours: [], others: ["Synchronization"]),
    "PacketSources": ImportRule(
        ours: ["Traffic", "Waiting", "CPcap"],
        others: ["Foundation", "Glibc", "Synchronization"]
    ),
    "BrokerLink": ImportRule(
        ours: ["Traffic", "Waiting", "Wire", "CMosquitto"],
        others: ["Foundation", "Glibc", "Subprocess", "Synchronization", "SystemPackage"]
    ),
    "Digests": ImportRule(
        ours: ["CZlib", "Traffic"],
        others: ["Crypto", "Synchronization", "SystemPackage"]
    ),
    "Spool": ImportRule(
        ours: ["BrokerLink", "Digests", "Traffic"],
        others: ["Foundation", "Glibc", "Synchronization"]
    ),
    "DeviceSimulation": ImportRule(
        ours: ["Traffic", "Dialects", "BrokerLink", "Digests"],
        others: ["AsyncHTTPClient", "Foundation", "NIOCore", "NIOHTTP1", "NIOPosix", "Synchronization"]
    ),
    "FirmwareHost": ImportRule(
        ours: ["Traffic", "Digests"],
        others: ["Foundation", "HTTPTypes", "Hummingbird", "Logging", "NIOCore", "Synchronization"]
    ),
    "Replay": ImportRule(
        ours: ["Traffic", "Dialects", "Sessions"],
        others: ["Histogram"]
    ),
    "Store": ImportRule(
        ours: ["Traffic", "Dialects", "Sessions", "Verdicts"],
        others: ["Foundation", "Glibc", "GRDB", "GRDBSQLite", "Synchronization"]
    ),
    "Interchange": ImportRule(ours: ["Traffic"], others: []),
    "Reports": ImportRule(
        ours: ["Traffic", "Sessions", "Verdicts", "Store"],
        others: ["Rainbow", "TextTable"]
    ),
    "Pipeline": ImportRule(
        ours: [
            "Traffic", "Wire", "Dialects", "Sessions", "Verdicts", "PacketSources", "BrokerLink",
            "DeviceSimulation", "Digests", "FirmwareHost", "Replay", "Spool", "Store", "Interchange",
            "Reports",
        ],
        others: ["AsyncAlgorithms", "Dispatch", "Foundation", "Synchronization", "UnixSignals"]
    ),
    "Commands": ImportRule(
        ours: ["Traffic", "Dialects", "Sessions", "Verdicts", "Store", "Interchange", "Reports", "Pipeline"],
        others: ["ArgumentParser", "Foundation", "Synchronization"]
    ),
    "Fuzzing": ImportRule(
        ours: ["Traffic", "Wire", "Dialects", "PacketSources"],
        others: ["Foundation", "Glibc"]
    ),
    "Fuzzer": ImportRule(ours: ["Fuzzing"], others: ["Glibc"]),
    "otatape": ImportRule(ours: ["CMalloc", "Commands"], others: []),
    "Benchmarks": ImportRule(
        ours: ["Traffic", "Dialects", "Digests", "PacketSources", "BrokerLink", "CPcap"],
        others: ["ArgumentParser", "Foundation", "Glibc", "GRDBSQLite", "HeapModule"]
    ),
]

/// The one file of Dialects that may import Yams.
let soleYamsImporters: Set<String> = ["Sources/Dialects/Dialect+YAML.swift"]

/// Modules of C libraries and the databases' wrapper, each with its one importer; Benchmarks beside it, where the bare
/// library is measured.
let soleImporters: [String: Set<String>] = [
    "CPcap": ["PacketSources", "Benchmarks"],
    "CMosquitto": ["BrokerLink"],
    "CMalloc": ["otatape"],
    "CZlib": ["Digests"],
    "GRDB": ["Store"],
    "GRDBSQLite": ["Store", "Benchmarks"],
]
