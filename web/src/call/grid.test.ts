import { expect, test } from "vitest";

import { fitGrid, fitStage } from "./grid";

test("every number of tiles from 1 to 25 fits into a desktop and into a phone", () => {
  for (const [width, height] of [
    [1280, 640],
    [366, 640],
  ] as const) {
    for (let count = 1; count <= 25; count += 1) {
      const grid = fitGrid(count, width, height, 8);
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count);
      expect(grid.columns * grid.width + (grid.columns - 1) * 8).toBeLessThanOrEqual(width);
      expect(grid.rows * grid.height + (grid.rows - 1) * 8).toBeLessThanOrEqual(height);
      expect(grid.width).toBeGreaterThan(0);
    }
  }
});

test("four people stand two by two on a wide screen", () => {
  expect(fitGrid(4, 1280, 720, 8)).toMatchObject({ columns: 2, rows: 2 });
});

test("three people stand one above the other on a phone", () => {
  expect(fitGrid(3, 366, 640, 8)).toMatchObject({ columns: 1, rows: 3 });
});

test("no tile is narrower than three to four or wider than sixteen to nine", () => {
  for (let count = 1; count <= 25; count += 1) {
    const { width, height } = fitGrid(count, 2000, 300, 8);
    expect(width / height).toBeGreaterThan(0.74);
    expect(width / height).toBeLessThan(1.8);
  }
});

test("beside a large picture small ones stand in the row that has room for them", () => {
  for (const [width, height] of [
    [1280, 640],
    [366, 640],
    [844, 240],
    [3840, 2000],
    [396, 160],
  ] as const) {
    for (const count of [0, 1, 4, 30]) {
      const { large, small, shown, side } = fitStage(count, width, height, 8);
      const across = side === "beside" ? small.width : small.height;
      const deep = shown > 0 ? across + 8 : 0;
      expect(large.width + (side === "beside" ? deep : 0)).toBeLessThanOrEqual(width);
      expect(large.height + (side === "below" ? deep : 0)).toBeLessThanOrEqual(height);
      expect(large.width * large.height).toBeGreaterThan(small.width * small.height);
      const along = shown * ((side === "beside" ? small.height : small.width) + 8) - 8;
      expect(along).toBeLessThanOrEqual(side === "beside" ? height : width);
    }
  }
});
