/** A short list with what such lists bring: two scripts, names that several places bear, a slip, coordinates, a row that cannot be read. */
const text = `名称,所在地,省份,行业,经度,纬度
汽车零部件基地,常熟市,江苏省,汽车,,
Software park,Changsha,Hunan,software,,
示范园区,鼓楼区,,软件,,
朝阳科技园,朝阳区,,集成电路,,
朝阳二期,朝阳区,,集成电路,,
Electronic components base,Suining,,integrated circuits,,
Nylon base,Pingdingshan,Henan,new materials,,
实测园区,,,装备制造,104.06,30.67
写错的坐标,,,软件,121.47,391.2
不存在的地方,无此地名镇,,软件,,
`;

export function sample(): File {
  return new File([text], 'sample.csv', { type: 'text/csv' });
}
