"""What a ducking pass hands over beside the audio: curves, report, chart."""
