// `otatape demo`: the whole story on a private broker, in under a minute.

import ArgumentParser
import Foundation
import Pipeline
import Reports
import Sessions
import Store
import Traffic
import Verdicts

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Tell the whole story: record, store, query, replay, verdict.",
        discussion: """
            Six simulated devices upgrade over a private broker and firmware host on loopback; nothing else is touched. \
            Without the right to sniff, the demo runs in a user and network namespace of its own where the machine \
            allows, and otherwise takes the firmware host's word for the downloads.

            Examples:
              otatape demo
              otatape demo --captures Captures     make the project's captures again

            Exit code 0 only if every verdict came out as it should.
            """
    )

    @Option(
        help: ArgumentHelp(
            "Make one capture per kind of upgrade in this folder instead.",
            visibility: .default
        )
    )
    var captures: String?

    func run() async throws {
        if !CaptureRights.canSniffLoopback { CaptureRights.enterNamespace() }
        try CaptureRights.prepareNamespace()
        let isSniffing = CaptureRights.canSniffLoopback
        try await Interruptible.run { [captures] in
            if let captures {
                try await DemoCaptures(folder: captures).make(isSniffing: isSniffing)
            } else {
                try await DemoStory(isSniffing: isSniffing).tell()
            }
        }
    }
}
