"""The one visual language of everything that hostkit draws: pages, charts, images of sounds."""
