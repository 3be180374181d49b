import networkx as nx

from graph.opening import open_existing
from graph.view import artist_graph

with open_existing(".genregraph/store") as store:
    artists = artist_graph(store)
rank = nx.pagerank(artists, weight="weight")
for artist in sorted(rank, key=rank.get, reverse=True)[:10]:
    print(artists.nodes[artist]["label"], artists.nodes[artist]["class"])
